package dev.ingot.server.mercury;

/** Words of strangers in our own sentences. */
final class Wording {
  private static final int SHOWN = 100;

  static final String TOO_OFTEN =
      "more requests than one address may (mercury.requests-per-minute); ask again later";

  private Wording() {}

  /** One line of bounded length. */
  static String shown(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
  }
}
