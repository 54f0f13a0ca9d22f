package dev.ingot.server.nodes;

/** Where agents come in: who is this machine, and may it speak. */
public interface Door {
  /**
   * Recognises the machine, checks its credential, takes its session; commits before it answers.
   */
  Admission admit(Introduction introduction);
}
