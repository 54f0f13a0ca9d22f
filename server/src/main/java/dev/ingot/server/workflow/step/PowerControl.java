package dev.ingot.server.workflow.step;

/**
 * Switches machines and says what they boot next: a BMC, a simulator, a rack's power strip. Every
 * call may take long and is made in no transaction; what it asks for twice is as if asked once.
 */
public interface PowerControl {
  /** It cannot be done; the message says operation, node and cause. */
  final class PowerException extends RuntimeException {
    public PowerException(String why) {
      super(why);
    }
  }

  /** Whether the node is switched on. */
  boolean isOn(String node) throws InterruptedException;

  /** Switches it on or off and returns when it is. */
  void set(String node, boolean on) throws InterruptedException;

  /**
   * Says what it boots.
   *
   * @param device {@code network}, {@code disk} or {@code firmware}
   * @param once for the next boot only
   */
  void bootFrom(String node, String device, boolean once) throws InterruptedException;
}
