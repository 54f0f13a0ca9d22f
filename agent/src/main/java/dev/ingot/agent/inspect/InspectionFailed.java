package dev.ingot.agent.inspect;

/** An inspector found nothing to report; the message is the reason, for people. */
final class InspectionFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InspectionFailed(String reason) {
    super(reason, null, false, false);
  }
}
