package dev.ingot.server.workflow.definition;

import dev.ingot.core.Json;
import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.events.Severity;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.workflow.definition.WorkflowTable.Version;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Workflows as they are kept: checked before, never changed after. */
public final class Definitions {
  private static final int MOST = 5_000;
  private static final int REMEMBERED = 1_000;

  private final WorkflowReader reader;
  private final Audit audit;
  private final Outbox outbox;
  private final Map<Long, Known> byVersion = new ConcurrentHashMap<>();

  public Definitions(KnownTypes types, Audit audit, Outbox outbox) {
    this.reader = new WorkflowReader(types);
    this.audit = audit;
    this.outbox = outbox;
  }

  /** Reads a definition and names everything that is wrong with it. */
  public Findings validate(JsonNode json) {
    Findings findings = new Findings();
    reader.read(json, findings);
    return findings;
  }

  /** What was stored, and whether it is new. */
  public record Put(Version version, boolean added) {}

  /**
   * Stores a definition as the next version; one that says what the last says adds none.
   *
   * @throws Problem with everything that is wrong with it
   */
  public Put put(
      Handle handle, Principal who, JsonNode json, String origin, @Nullable Integer expected) {
    Findings findings = new Findings();
    Workflow workflow = reader.read(json, findings);
    findings.refuse();
    Version before = WorkflowTable.find(handle, workflow.name(), null).orElse(null);
    if (expected != null && (before == null ? 0 : before.version()) != expected) {
      throw Problem.preconditionFailed(
          before == null
              ? "there is no such workflow any more"
              : "it has changed: its last version is now " + before.version());
    }
    if (before != null && Json.write(before.definition()).equals(Json.write(workflow.source()))) {
      return new Put(before, false);
    }
    if (before == null && WorkflowTable.count(handle) >= MOST) {
      throw Problem.conflict("there are " + MOST + " workflows already");
    }
    Version version =
        WorkflowTable.add(handle, workflow.name(), workflow.source(), origin, who.name());
    audit.record(
        handle,
        who,
        "workflow.put",
        "workflow:" + version.name(),
        before == null ? null : before.definition(),
        version.definition());
    if (!origin.equals(ShippedWorkflows.ORIGIN)) { // what comes with the program is no news
      outbox.append(handle, changed(version, who));
    }
    return new Put(version, true);
  }

  private static NewEvent changed(Version version, Principal who) {
    return new NewEvent(
        "workflow",
        "changed",
        Severity.INFORMATION,
        version.name(),
        null,
        Json.MAPPER.createObjectNode().put("version", version.version()).put("by", who.name()));
  }

  private record Known(Workflow workflow, int number) {}

  /** A version, for its runs. */
  public Workflow of(Handle handle, long version) {
    return known(handle, version).workflow();
  }

  /** Which version of its workflow it is. */
  public int number(Handle handle, long version) {
    return known(handle, version).number();
  }

  private Known known(Handle handle, long version) {
    Known known = byVersion.get(version);
    if (known != null) {
      return known;
    }
    Version found =
        WorkflowTable.byId(handle, version)
            .orElseThrow(() -> new IllegalStateException("no version " + version));
    // It was checked when it was stored; a type that went since fails the steps that have it.
    Known read = new Known(reader.read(found.definition(), new Findings()), found.version());
    if (byVersion.size() >= REMEMBERED) {
      byVersion.clear();
    }
    byVersion.put(version, read);
    return read;
  }

  /** The database became another. */
  public void forget() {
    byVersion.clear();
  }
}
