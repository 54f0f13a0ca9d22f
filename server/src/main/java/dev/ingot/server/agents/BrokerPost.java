package dev.ingot.server.agents;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import dev.ingot.amqp.LinkNames;
import dev.ingot.amqp.Reasons;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes to agents by one connection of the broker, published by one thread. It is bounded by
 * the sessions, which hand over a few frames each. A message for a queue that is gone comes back.
 */
final class BrokerPost {
  private static final Logger log = LoggerFactory.getLogger(BrokerPost.class);

  private static final int MOST = 100_000;

  private sealed interface Letter {
    record ToWire(BrokerWire wire, byte[] frame) implements Letter {}

    /** To a queue, whatever is there: an answer to who comes, a word to who is not known. */
    record ToQueue(String queue, AMQP.BasicProperties properties, byte[] body) implements Letter {}

    record Mark(CountDownLatch passed) implements Letter {}

    record Stop() implements Letter {}
  }

  private final Channel channel;
  private final LinkedBlockingQueue<Letter> letters = new LinkedBlockingQueue<>();
  private volatile boolean stopped;

  BrokerPost(Channel channel) {
    this.channel = channel;
  }

  /** Starts its thread, which {@link #stop} ends. */
  void start() {
    Thread.ofVirtual().name("agent-post").start(this::run);
  }

  void stop() {
    stopped = true;
    letters.clear();
    letters.add(new Letter.Stop());
  }

  void frame(BrokerWire wire, byte[] frame) {
    letters.add(new Letter.ToWire(wire, frame));
  }

  /** Whether so much waits that those who only ask are not answered. */
  boolean isFull() {
    return letters.size() > MOST;
  }

  void say(String queue, String type, long number, byte[] body) {
    AMQP.BasicProperties properties =
        new AMQP.BasicProperties.Builder().type(type).messageId(Long.toString(number)).build();
    letters.add(new Letter.ToQueue(queue, properties, body));
  }

  void say(String queue, String type, long number, String text) {
    say(queue, type, number, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns when everything that was handed over has gone, or after the time. */
  void flush(Duration atMost) throws InterruptedException {
    CountDownLatch passed = new CountDownLatch(1);
    letters.add(new Letter.Mark(passed));
    if (!stopped && !passed.await(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
      log.debug("some of what was to go to agents has not gone");
    }
  }

  private void run() {
    try {
      while (!stopped) {
        switch (letters.take()) {
          case Letter.ToWire(BrokerWire wire, byte[] frame) -> {
            AMQP.BasicProperties properties =
                new AMQP.BasicProperties.Builder()
                    .type(LinkNames.FRAME)
                    .messageId(Long.toString(wire.nextSaid()))
                    .build();
            channel.basicPublish("", wire.queue(), true, properties, frame);
            wire.session().sent();
          }
          case Letter.ToQueue(String queue, AMQP.BasicProperties properties, byte[] body) ->
              channel.basicPublish("", queue, true, properties, body);
          case Letter.Mark(CountDownLatch passed) -> passed.countDown();
          case Letter.Stop() -> {
            return;
          }
        }
      }
    } catch (IOException | AlreadyClosedException e) {
      log.debug("publish to agents: {}", Reasons.of(e), e); // the connection's end is told
    } catch (InterruptedException e) {
      log.debug("interrupted: ends", e);
    }
  }
}
