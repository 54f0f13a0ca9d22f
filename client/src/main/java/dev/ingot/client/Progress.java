package dev.ingot.client;

/** Hears how far a transfer is. */
public interface Progress {
  /** Nobody looks. */
  Progress NONE = (done, total) -> {};

  /**
   * So many bytes are through.
   *
   * @param total of how many, -1 when nobody knows
   */
  void moved(long done, long total);
}
