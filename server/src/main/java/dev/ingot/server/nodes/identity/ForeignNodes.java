package dev.ingot.server.nodes.identity;

import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.events.Severity;
import dev.ingot.server.nodes.NodeJournal;
import dev.ingot.server.nodes.NodeRemoval;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that are known by the word of an old system alone, until an agent of ours comes to them.
 *
 * @param who the old system, as it stands in the audit
 */
public record ForeignNodes(Outbox outbox, Audit audit, Principal who) {
  /** The caller made a node. */
  public void made(Handle handle, String id, @Nullable String hostname) {
    audit.record(handle, who, "node.import", "node:" + id, null, null);
    Map<String, String> data = new HashMap<>(Map.of("by", who.name()));
    if (hostname != null) {
      data.put("hostname", hostname);
    }
    outbox.append(handle, NodeJournal.of("imported", Severity.INFORMATION, id, data));
  }

  /**
   * The one becomes an alias of the other, whose agent's session goes on: of the one nothing is
   * kept but what features keep, and no agent speaks for it.
   *
   * @param reason how the one was known
   * @return whether it was there
   */
  public boolean merge(
      Handle handle, NodeRemoval features, String foreign, String own, String reason) {
    features.merging(handle, foreign, own);
    int gone = handle.createUpdate("DELETE FROM node WHERE id = :id").bind("id", foreign).execute();
    if (gone == 0) {
      return false; // somebody else did it
    }
    handle
        .createUpdate(
            "INSERT INTO node_alias (alias, node, reason) VALUES (:foreign, :own, :reason)")
        .bind("foreign", foreign)
        .bind("own", own)
        .bind("reason", reason)
        .execute();
    audit.record(handle, who, "node.merge", "node:" + own, null, null);
    outbox.append(
        handle, NodeJournal.of("merged", Severity.INFORMATION, own, Map.of("from", foreign)));
    return true;
  }
}
