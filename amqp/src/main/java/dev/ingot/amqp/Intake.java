package dev.ingot.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What comes from queues, one message at a time, each acknowledged when its receiver returns. A
 * message that cannot be read, or whose body is too large, is counted, told once per peer and
 * dropped; no message ends the consumer. It outlives connections, and so do its counts.
 */
public final class Intake {
  private static final Logger log = LoggerFactory.getLogger(Intake.class);
  private static final long PAUSE_MILLIS = 1_000;

  /** Takes a message. */
  public interface Receiver {
    /**
     * Returns when the message is dealt with.
     *
     * @throws UnreadableMessage if nothing can ever be made of it
     * @throws NotNow if it is to stay in its queue
     */
    void received(Delivery delivery);
  }

  private final String purpose;
  private final Receiver receiver;
  private final OncePerPeer once = new OncePerPeer();
  private final LongAdder received = new LongAdder();
  private final LongAdder unreadable = new LongAdder();
  private final LongAdder tooLarge = new LongAdder();

  /**
   * @param purpose what it takes, for the log, e.g. {@code Vogeler's results}
   */
  public Intake(String purpose, Receiver receiver) {
    this.purpose = purpose;
    this.receiver = receiver;
  }

  /** All messages that came. */
  public long received() {
    return received.sum();
  }

  /** Messages of which nothing could be made, those that were too large among them. */
  public long unreadable() {
    return unreadable.sum() + tooLarge.sum();
  }

  /**
   * @param alone nobody else may consume it meanwhile
   */
  void on(Channel channel, String queue, BodyMark mark, boolean alone) throws IOException {
    channel.basicConsume(queue, false, "", false, alone, null, new Consumer(channel, queue, mark));
  }

  private final class Consumer extends DefaultConsumer {
    private final Channel channel;
    private final String queue;
    private final BodyMark mark;
    private final CountDownLatch over = new CountDownLatch(1);

    Consumer(Channel channel, String queue, BodyMark mark) {
      super(channel);
      this.channel = channel;
      this.queue = queue;
      this.mark = mark;
    }

    @Override
    public void handleDelivery(
        String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
        throws IOException {
      received.increment();
      Delivery delivery =
          new Delivery(
              queue,
              envelope.getExchange(),
              envelope.getRoutingKey(),
              properties,
              body,
              envelope.isRedeliver());
      boolean done = take(delivery, mark.sizeBehind(body));
      try {
        if (done) {
          channel.basicAck(envelope.getDeliveryTag(), false);
        } else {
          var unused = over.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
          channel.basicNack(envelope.getDeliveryTag(), false, true);
        }
      } catch (AlreadyClosedException e) {
        log.debug("{}: the channel closed before the acknowledgement", purpose, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void handleShutdownSignal(
        String tag, com.rabbitmq.client.ShutdownSignalException cause) {
      over.countDown();
    }

    /** The queue was deleted, or its node went: only a new connection finds out what is there. */
    @Override
    public void handleCancel(String tag) {
      log.warn("{}: the broker took the queue {} away; connecting again", purpose, queue);
      channel.getConnection().abort(320, "the queue " + queue + " is gone", 1_000);
    }
  }

  /** False: it is to stay in its queue. */
  private boolean take(Delivery delivery, long oversize) {
    if (oversize >= 0) {
      tooLarge.increment();
      once.tell(
          delivery.peer(),
          () ->
              log.warn(
                  "{}: {} sent {} octets with the key {}: too large, dropped",
                  purpose,
                  delivery.peer(),
                  oversize,
                  Reasons.line(delivery.routingKey())));
      return true;
    }
    try {
      receiver.received(delivery);
      return true;
    } catch (NotNow e) {
      once.tell(
          "now",
          () -> log.warn("{}: stays in its queue: {}", purpose, Reasons.line(e.getMessage() + "")));
      log.debug("{}", purpose, e);
      return false;
    } catch (UnreadableMessage e) {
      unreadable.increment();
      String said = e.peer();
      String peer = said != null ? Reasons.line(said) : delivery.peer();
      once.tell(
          peer,
          () ->
              log.warn(
                  "{}: {} sent what cannot be read (told once): {}",
                  purpose,
                  peer,
                  Reasons.line(e.getMessage() + "")));
    } catch (RuntimeException e) {
      unreadable.increment();
      once.tell(
          delivery.peer(),
          () -> log.error("{}: failed at a message of {}", purpose, delivery.peer(), e));
    }
    return true;
  }
}
