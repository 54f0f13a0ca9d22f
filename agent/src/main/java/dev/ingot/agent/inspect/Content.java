package dev.ingot.agent.inspect;

/** What came of reading a file. */
sealed interface Content {
  /** It says this, its last newlines left out. */
  record Text(String value) implements Content {}

  /** It is not there. */
  record Absent() implements Content {}

  /** It is there and could not be read. */
  record Unreadable(String reason) implements Content {}
}
