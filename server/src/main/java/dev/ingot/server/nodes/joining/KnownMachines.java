package dev.ingot.server.nodes.joining;

import dev.ingot.core.Json;
import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import dev.ingot.server.events.Severity;
import dev.ingot.server.nodes.NodeJournal;
import dev.ingot.server.nodes.Presence.Over;
import dev.ingot.server.nodes.presence.Sessions;
import dev.ingot.server.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Machines that the policy {@code known} admits, and the boot networks' policies. */
public final class KnownMachines {
  /**
   * A machine that somebody expects.
   *
   * @param kind mac, serial or uuid
   * @param value in its stored form
   */
  public record KnownMachine(String kind, String value, @Nullable String note) {}

  /** A boot network and what it takes to be admitted from it. */
  public record BootNetwork(String name, AdmissionPolicy policy) {}

  private final NodeJournal journal;
  private final AdmissionPolicy standard;

  public KnownMachines(NodeJournal journal, AdmissionPolicy standard) {
    this.journal = journal;
    this.standard = standard;
  }

  private Audit audit() {
    return journal.audit();
  }

  /** Lists a machine, and admits the pending nodes that its network's policy now admits. */
  public List<Over> add(Handle handle, Principal who, KnownMachine machine) {
    handle
        .createUpdate(
            """
            INSERT INTO known_machine (kind, value, note) VALUES (:kind, :value, :note)
            ON CONFLICT (value, kind) DO UPDATE SET note = excluded.note
            """)
        .bind("kind", machine.kind())
        .bind("value", machine.value())
        .bind("note", machine.note())
        .execute();
    audit()
        .record(
            handle,
            who,
            "known-machine.add",
            "known-machine:" + machine.kind() + "/" + machine.value(),
            null,
            Json.MAPPER.valueToTree(machine));
    return admitWaiting(handle, who);
  }

  public List<KnownMachine> list(Handle handle, String afterValue, String afterKind, int limit) {
    return handle
        .createQuery(
            """
            SELECT kind, value, note FROM known_machine WHERE (value, kind) > (:value, :kind)
            ORDER BY value, kind LIMIT :limit
            """)
        .bind("value", afterValue)
        .bind("kind", afterKind)
        .bind("limit", limit)
        .map(
            (row, context) ->
                new KnownMachine(
                    row.getString("kind"), row.getString("value"), row.getString("note")))
        .list();
  }

  /** Takes a machine off the list; nodes that it admitted stay. */
  public void remove(Handle handle, Principal who, String kind, String value) {
    int removed =
        handle
            .createUpdate("DELETE FROM known_machine WHERE kind = :kind AND value = :value")
            .bind("kind", kind)
            .bind("value", value)
            .execute();
    if (removed == 0) {
      throw Problem.notFound("no known machine has the " + kind + " " + value);
    }
    audit()
        .record(
            handle, who, "known-machine.remove", "known-machine:" + kind + "/" + value, null, null);
  }

  public List<BootNetwork> networks(Handle handle) {
    return handle
        .createQuery("SELECT name, policy FROM boot_network ORDER BY name")
        .map(
            (row, context) ->
                new BootNetwork(row.getString("name"), AdmissionPolicy.of(row.getString("policy"))))
        .list();
  }

  /** Sets a network's policy, and admits the pending nodes that it admits. */
  public List<Over> setPolicy(Handle handle, Principal who, BootNetwork network) {
    handle
        .createUpdate(
            """
            INSERT INTO boot_network (name, policy) VALUES (:name, :policy)
            ON CONFLICT (name) DO UPDATE SET policy = excluded.policy
            """)
        .bind("name", network.name())
        .bind("policy", network.policy().word())
        .execute();
    audit()
        .record(
            handle,
            who,
            "boot-network.set",
            "boot-network:" + network.name(),
            null,
            Json.MAPPER.valueToTree(Map.of("policy", network.policy().word())));
    return admitWaiting(handle, who);
  }

  public void removeNetwork(Handle handle, Principal who, String name) {
    int removed =
        handle
            .createUpdate("DELETE FROM boot_network WHERE name = :name")
            .bind("name", name)
            .execute();
    if (removed == 0) {
      throw Problem.notFound("no boot network has the name " + name);
    }
    audit().record(handle, who, "boot-network.remove", "boot-network:" + name, null, null);
  }

  private List<Over> admitWaiting(Handle handle, Principal who) {
    List<String> admitted =
        handle
            .createQuery(
                """
                UPDATE node SET standing = 'admitted', version = version + 1
                WHERE standing = 'pending' AND
                  CASE coalesce((SELECT b.policy FROM boot_network b WHERE b.name = network),
                                :standard)
                    WHEN 'auto' THEN true
                    WHEN 'known' THEN EXISTS (
                      SELECT FROM node_identifier i WHERE i.node = node.id AND %s)
                    ELSE false END
                RETURNING id
                """
                    .formatted(Policies.LISTED))
            .bind("standard", standard.word())
            .mapTo(String.class)
            .list();
    List<Over> over = new ArrayList<>();
    for (String id : admitted) {
      Sessions.recall(handle, id, "approved")
          .ifPresent(session -> over.add(new Over(session, "approved")));
    }
    journal
        .outbox()
        .appendAll(
            handle,
            admitted.stream()
                .map(
                    id ->
                        NodeJournal.of(
                            "approved", Severity.INFORMATION, id, Map.of("by", who.name())))
                .toList());
    return over;
  }
}
