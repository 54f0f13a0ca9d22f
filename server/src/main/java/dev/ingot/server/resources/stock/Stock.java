package dev.ingot.server.resources.stock;

import dev.ingot.core.Json;
import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.events.Severity;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.resources.kind.Issue;
import dev.ingot.server.resources.kind.Issue.Fault;
import dev.ingot.server.resources.kind.Issues;
import dev.ingot.server.resources.kind.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What people and programs do to resources by hand: made, changed and deleted under rules. */
public final class Stock {
  /** How many are made by one request. */
  public static final int MOST = 20_000;

  private static final int NAMED = 100;

  private final Audit audit;
  private final Outbox outbox;
  private final Links links;
  private final Freed freed;

  /** Hears when one of a kind became free. */
  public interface Freed {
    void freed(Handle handle, String kind);
  }

  public Stock(Audit audit, Outbox outbox, Links links, Freed freed) {
    this.audit = audit;
    this.outbox = outbox;
    this.links = links;
    this.freed = freed;
  }

  /**
   * What is wanted of one resource.
   *
   * @param document key, owner, state and fields
   * @param node what a person says of the node that it is; null for what is found
   * @param network the network that an address must be in
   * @param id null for one that is made
   */
  public record Wanted(
      ObjectNode document, @Nullable String node, @Nullable String network, @Nullable String id) {}

  /**
   * Makes resources, all or none.
   *
   * @param list whether they were sent as one, for what is said of faults
   * @throws Issues with what is wrong with each
   */
  public List<Resource> create(
      Handle handle, Principal who, Kind kind, List<Wanted> wanted, boolean list) {
    Map<Integer, List<Issue>> wrong = new TreeMap<>();
    List<ResourceTable.Row> rows = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      Draft draft = Draft.of(kind, wanted.get(i).document());
      List<Issue> issues = new ArrayList<>(draft.issues());
      String network = wanted.get(i).network();
      if (issues.isEmpty() && kind.isOfAddresses()) {
        Issue outside = Places.wrong(handle, kind, draft.key(), network);
        if (outside != null) {
          issues.add(outside);
        }
      }
      if (!issues.isEmpty()) {
        wrong.put(i, issues);
      }
      String state = draft.state() == null ? kind.initial() : draft.state();
      keys.add(draft.key());
      rows.add(
          new ResourceTable.Row(
              wanted.get(i).id(),
              draft.key(),
              state,
              draft.owner() == null ? "" : draft.owner(),
              draft.fields(),
              network,
              kind.isClaimable(state)));
    }
    duplicates(kind, rows, ResourceTable.known(handle, kind.name(), keys), wrong);
    if (!wrong.isEmpty()) {
      throw new Issues(wrong, list);
    }
    if (ResourceTable.insert(handle, kind, rows) < rows.size()) {
      // Somebody made one of them at the same time.
      duplicates(kind, rows, ResourceTable.known(handle, kind.name(), keys), wrong);
      throw wrong.isEmpty()
          ? Problem.conflict("somebody made one of them at the same time")
          : new Issues(wrong, list);
    }
    Places.assign(handle, kind, keys);
    for (int i = 0; i < rows.size(); i++) {
      String node = wanted.get(i).node();
      if (node != null) {
        String id = ResourceTable.find(handle, kind, keys.get(i)).orElseThrow().id();
        links.set(handle, who, kind, id, node);
      }
    }
    Links.find(handle, kind);
    List<Resource> made = ResourceTable.byKeys(handle, kind, keys);
    audit.recordAll(
        handle,
        who,
        "resource.create",
        made.stream()
            .map(each -> new Audit.Change(each.target(), null, each.audited(kind)))
            .toList());
    tell(handle, "created", who, kind, made);
    freed.freed(handle, kind.name());
    return made;
  }

  private static void duplicates(
      Kind kind,
      List<ResourceTable.Row> rows,
      Collection<String> known,
      Map<Integer, List<Issue>> wrong) {
    Set<String> seen = new HashSet<>(known);
    for (int i = 0; i < rows.size(); i++) {
      String key = rows.get(i).key();
      if (!key.isEmpty() && !seen.add(key)) {
        String written = rows.get(i).fields().path(kind.key()).asString(key);
        wrong
            .computeIfAbsent(i, _ -> new ArrayList<>())
            .add(
                new Issue(
                    kind.key(),
                    Fault.NOT_UNIQUE,
                    "a %s %s exists already".formatted(kind.title(), written),
                    written));
      }
    }
  }

  /** Key, owner, state and fields of one: what a change begins with. */
  public static ObjectNode document(Kind kind, Resource resource) {
    ObjectNode document = resource.fields().deepCopy();
    if (kind.hasStates()) {
      document.put("state", resource.state());
    }
    return document.put("owner", resource.owner());
  }

  /** The whole document that one shall have; a state that it does not say stays as it is. */
  public record Changed(ObjectNode document, @Nullable String network) {}

  /**
   * Changes one that is locked. What it was is not looked at again: the caller compared the ETag.
   *
   * @throws Issues with what is wrong
   */
  public Resource change(
      Handle handle, Principal who, Kind kind, Resource before, Changed changed) {
    Draft draft = Draft.of(kind, changed.document());
    List<Issue> issues = new ArrayList<>(draft.issues());
    String state = draft.state() == null ? before.state() : draft.state();
    boolean claimed = before.claim() != null;
    String owner = draft.owner() == null ? claimed ? before.owner() : "" : draft.owner();
    if (issues.isEmpty()) {
      String from = before.state();
      if (from != null && state != null && !kind.mayFollow(from, state)) {
        issues.add(
            new Issue(
                "state",
                Fault.TRANSITION,
                "%s may not follow %s; after that may come %s"
                    .formatted(
                        state,
                        from,
                        String.join(", ", kind.states().getOrDefault(from, List.of()))),
                state));
      }
      if (claimed && !owner.equals(before.owner())) {
        issues.add(new Issue("owner", Fault.HELD, heldBy(before), owner));
      }
      if (!draft.key().equals(before.key())) {
        renamed(handle, kind, before, draft, issues);
      }
      String network = changed.network();
      if (kind.isOfAddresses() && (network != null || !draft.key().equals(before.key()))) {
        Issue outside = Places.wrong(handle, kind, draft.key(), network);
        if (outside != null) {
          issues.add(outside);
        }
      }
    }
    if (!issues.isEmpty()) {
      throw new Issues(issues);
    }
    ResourceTable.update(
        handle,
        kind,
        before,
        new ResourceTable.Row(
            before.id(),
            draft.key(),
            state,
            owner,
            draft.fields(),
            before.network(),
            kind.isClaimable(state)));
    if (!draft.key().equals(before.key())) {
      Places.assign(handle, kind, List.of(draft.key()));
    }
    Links.find(handle, kind);
    return changed(handle, who, kind, before);
  }

  private static void renamed(
      Handle handle, Kind kind, Resource before, Draft draft, List<Issue> issues) {
    if (before.claim() != null) {
      issues.add(new Issue(kind.key(), Fault.HELD, heldBy(before), draft.key()));
    } else if (before.pool() != null) {
      issues.add(
          new Issue(
              kind.key(), Fault.HELD, "is an address of the pool " + before.pool(), draft.key()));
    } else if (!ResourceTable.known(handle, kind.name(), List.of(draft.key())).isEmpty()) {
      issues.add(
          new Issue(
              kind.key(),
              Fault.NOT_UNIQUE,
              "a %s %s exists already".formatted(kind.title(), draft.key()),
              draft.key()));
    }
  }

  /** Says which node a machine is; null for none. The resource is locked. */
  public Resource link(
      Handle handle, Principal who, Kind kind, Resource before, @Nullable String node) {
    links.set(handle, who, kind, before.id(), node);
    handle.execute("UPDATE resource SET version = version + 1 WHERE id = ?", before.id());
    return changed(handle, who, kind, before);
  }

  private Resource changed(Handle handle, Principal who, Kind kind, Resource before) {
    Resource after = ResourceTable.byId(handle, kind, before.id()).orElseThrow();
    List<Audit.Change> changes = new ArrayList<>();
    changes.add(new Audit.Change(before.target(), before.audited(kind), after.audited(kind)));
    if (!after.key().equals(before.key())) {
      changes.add(new Audit.Change(after.target(), before.audited(kind), after.audited(kind)));
    }
    audit.recordAll(handle, who, "resource.change", changes);
    if (!before.owner().equals(after.owner()) || !Objects.equals(before.state(), after.state())) {
      tell(handle, "changed", who, kind, List.of(after));
    }
    if (after.isFree()) {
      freed.freed(handle, kind.name());
    }
    return after;
  }

  /**
   * Deletes one that is locked and that nobody has.
   *
   * @param owned whether one that was given to its owner by hand may go too
   */
  public void delete(Handle handle, Principal who, Kind kind, Resource resource, boolean owned) {
    if (resource.claim() != null || (!owned && resource.isHeld())) {
      throw Problem.conflict(heldBy(resource));
    }
    if (resource.pool() != null) {
      throw Problem.conflict(
          "%s is an address of the pool %s; exclude it from the network %s instead"
              .formatted(resource.key(), resource.pool(), resource.network()));
    }
    ResourceTable.delete(handle, resource.id());
    audit.record(handle, who, "resource.delete", resource.target(), resource.audited(kind), null);
    tell(handle, "deleted", who, kind, List.of(resource));
  }

  /** Who has it, as a sentence. */
  public static String heldBy(Resource resource) {
    Resource.Holder claim = resource.claim();
    if (claim == null) {
      return resource.key() + " is held by " + resource.owner() + "; release it first";
    }
    return "%s is held by %s through claim %s%s; release it first"
        .formatted(
            resource.key(),
            claim.owner(),
            claim.id(),
            claim.until() == null ? "" : " until " + claim.until());
  }

  private void tell(
      Handle handle, String action, Principal who, Kind kind, List<Resource> resources) {
    ObjectNode data = Json.MAPPER.createObjectNode();
    data.put("kind", kind.name()).put("count", resources.size());
    ArrayNode named = data.putArray("resources");
    resources.stream().limit(NAMED).forEach(each -> named.add(each.key()));
    Resource only = resources.size() == 1 ? resources.getFirst() : null;
    if (only != null) {
      data.put("owner", only.owner()).put("state", only.state());
    }
    data.put("by", who.name());
    Resource.LinkedNode node = only == null ? null : only.node();
    outbox.append(
        handle,
        new NewEvent(
            "resource",
            action,
            Severity.INFORMATION,
            only == null ? kind.name() : kind.name() + "/" + only.key(),
            node == null ? null : node.id(),
            data));
  }
}
