package dev.ingot.server.nodes.attributes;

import dev.ingot.core.Json;
import dev.ingot.server.access.Principal;
import dev.ingot.server.events.Severity;
import dev.ingot.server.nodes.NodeJournal;
import dev.ingot.server.nodes.NodeReader;
import dev.ingot.server.nodes.NodeRecord;
import dev.ingot.server.nodes.NodeRecord.Location;
import dev.ingot.server.nodes.TextArray;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.JsonNode;

/** Writes tags and locations. */
public final class Attributes {
  private record Shown(List<String> tags, Location location) {}

  private final NodeJournal journal;

  public Attributes(NodeJournal journal) {
    this.journal = journal;
  }

  /**
   * Changes a node's attributes; a change that changes nothing writes nothing.
   *
   * @param precondition looks at the node, once it is locked, and throws what speaks against it
   */
  public NodeRecord change(
      Handle handle,
      Principal who,
      String reference,
      AttributePatch patch,
      Consumer<NodeRecord> precondition) {
    String id = NodeReader.resolve(handle, reference);
    handle
        .createQuery("SELECT id FROM node WHERE id = :id FOR NO KEY UPDATE")
        .bind("id", id)
        .mapTo(String.class)
        .findOne();
    NodeRecord before = NodeReader.require(handle, id);
    precondition.accept(before);
    Shown old = new Shown(before.tags(), before.location());
    Shown changed = new Shown(patch.tags(old.tags()), patch.location(old.location()));
    if (changed.equals(old)) {
      return before;
    }
    handle
        .createUpdate(
            """
            UPDATE node SET tags = :tags, site = :site, rack = :rack, unit = :unit,
              version = version + 1 WHERE id = :id
            """)
        .bind("id", id)
        .bind("tags", new TextArray(changed.tags()))
        .bind("site", changed.location().site())
        .bind("rack", changed.location().rack())
        .bind("unit", changed.location().unit())
        .execute();
    JsonNode was = Json.MAPPER.valueToTree(old);
    JsonNode is = Json.MAPPER.valueToTree(changed);
    journal.event(handle, "changed", Severity.INFORMATION, id, Map.of("before", was, "after", is));
    journal.wrote(handle, who, "change", id, was, is);
    return NodeReader.require(handle, id);
  }
}
