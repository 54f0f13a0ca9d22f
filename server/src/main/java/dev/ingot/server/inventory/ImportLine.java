package dev.ingot.server.inventory;

import dev.ingot.core.Json;
import dev.ingot.server.problem.Problem;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One line of an import: a node's document as it is exported, with the id in {@code mercury_id}.
 *
 * @param number from 1
 * @param reference whom it is about: a whole id, an alias or a hostname
 * @param size in bytes
 */
record ImportLine(int number, String reference, ImportEdit edit, int size) {
  static final int LONGEST = 4 << 20;

  /** The other name of {@code mercury_id}, when its value is text. */
  private static final String ID = "id";

  /**
   * Reads a line.
   *
   * @param keep whether sections that it does not name stay
   * @throws Problem naming what is wrong with it
   */
  static ImportLine parse(LineReader.Line line, boolean keep) {
    byte[] bytes = line.bytes();
    if (bytes == null) {
      throw Problem.tooLarge("the line is longer than " + (LONGEST >> 20) + " MiB");
    }
    JsonNode json;
    try {
      json = Json.read(bytes);
    } catch (JacksonException e) {
      throw new Problem(
          Problem.Kind.MALFORMED,
          "the line is not JSON: "
              + String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse(""),
          null,
          e);
    }
    if (!(json instanceof ObjectNode document)) {
      throw Problem.invalid(
          "", "the line must be an object: mercury_id and a member for each section");
    }
    JsonNode named = document.remove(ImportSections.MERCURY_ID);
    if (named == null && document.path(ID).isString()) {
      named = document.remove(ID);
    }
    if (named == null || !named.isString() || named.stringValue().isBlank()) {
      throw Problem.invalid(
          ImportSections.MERCURY_ID, "is missing: the node's id, an alias or its hostname");
    }
    return new ImportLine(
        line.number(),
        named.stringValue().strip(),
        new ImportEdit.Replace(ImportSections.of(document), keep),
        bytes.length);
  }
}
