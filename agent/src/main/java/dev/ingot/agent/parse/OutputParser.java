package dev.ingot.agent.parse;

/** Reads what one tool writes, in all forms that it writes it in. */
interface OutputParser {
  /**
   * Reads an output.
   *
   * @throws ParseFailure if nothing in it is of this tool
   */
  Parsed parse(String text) throws ParseFailure;
}
