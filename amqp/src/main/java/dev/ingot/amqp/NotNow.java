package dev.ingot.amqp;

/** A message that cannot be taken now, for a reason that passes: it stays in its queue. */
public final class NotNow extends RuntimeException {
  public NotNow(String reason, Throwable cause) {
    super(reason, cause);
  }
}
