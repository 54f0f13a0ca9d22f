package dev.ingot.simulator;

import dev.ingot.agent.link.BrokerCarriers;
import dev.ingot.agent.link.Carrier;
import dev.ingot.protocol.Proof;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A connection to a message broker for each agent, with its own key. */
final class BrokerDialler implements Dialler {
  private final Carrier carrier;

  /**
   * @throws IllegalArgumentException that says what is wrong with the URL, or what is missing
   */
  BrokerDialler(String url, String key, Proof.Voucher voucher) {
    BrokerCarriers carriers = BrokerCarriers.find();
    if (carriers == null) {
      throw new IllegalArgumentException(
          "a message broker needs the module agent-amqp, which this program was built without");
    }
    this.carrier =
        carriers.carrier(new BrokerCarriers.Place(url, null, null, null, null, () -> key, voucher));
  }

  @Override
  public void dial(Listener listener) {
    AtomicReference<Carrier.@Nullable Connection> made = new AtomicReference<>();
    made.set(
        carrier.dial(
            new Carrier.Listener() {
              @Override
              public void opened() {
                listener.opened(new Channel(made));
              }

              @Override
              public void received(byte[] frame) {
                listener.received(frame);
              }

              @Override
              public void closed(String reason) {
                listener.gone(reason);
              }
            }));
  }

  private record Channel(AtomicReference<Carrier.@Nullable Connection> connection) implements Line {
    @Override
    public void send(byte[] frame, Consumer<@Nullable String> done) {
      Carrier.Connection there = connection.get();
      if (there == null) {
        done.accept("not connected");
      } else {
        there.send(frame);
        done.accept(null);
      }
    }

    @Override
    public void abort() {
      Carrier.Connection there = connection.get();
      if (there != null) {
        there.close("gone");
      }
    }
  }
}
