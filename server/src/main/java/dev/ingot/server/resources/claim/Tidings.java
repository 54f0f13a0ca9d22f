package dev.ingot.server.resources.claim;

import dev.ingot.core.Json;
import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.events.Severity;
import dev.ingot.server.resources.kind.Kind;
import dev.ingot.server.resources.stock.Resource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What is written of claims: the audit of each resource, and the news. */
final class Tidings {
  private static final int NAMED = 100;

  private final Audit audit;
  private final Outbox outbox;

  Tidings(Audit audit, Outbox outbox) {
    this.audit = audit;
    this.outbox = outbox;
  }

  /** What is written together. */
  static final class News {
    private final List<Audit.Write> writes = new ArrayList<>();
    private final List<NewEvent> events = new ArrayList<>();
  }

  /** Writes it, in two statements. */
  void write(Handle handle, News news) {
    audit.recordAll(handle, news.writes);
    outbox.appendAll(handle, news.events);
  }

  /** A claim took its resources. */
  void held(Handle handle, Principal who, Kind kind, ClaimRequest request, Taking.Result result) {
    News news = new News();
    held(news, who, kind, request, result);
    write(handle, news);
  }

  /** The same, to be written with others. */
  void held(News news, Principal who, Kind kind, ClaimRequest request, Taking.Result result) {
    String id = Objects.requireNonNull(result.claim()).id();
    for (Taking.Taken each : result.taken()) {
      ObjectNode after = state(kind.afterClaim(each.state()), request.owner());
      after.put("claim", id);
      if (request.reason() != null) {
        after.put("reason", request.reason());
      }
      news.writes.add(
          new Audit.Write(
              who,
              "resource.claim",
              Resource.target(kind.name(), each.key()),
              state(each.state(), ""),
              after));
    }
    List<String> keys = result.taken().stream().map(Taking.Taken::key).toList();
    news.events.add(
        event("held", Severity.INFORMATION, id, kind.name(), request.owner(), keys, who, null));
  }

  /** Resources of a claim are free again. */
  void freed(
      Handle handle,
      Principal who,
      Kind kind,
      Claim claim,
      List<Released> released,
      @Nullable String detail) {
    News news = new News();
    freed(news, who, kind, claim, released, detail);
    write(handle, news);
  }

  /** The same, to be written with others. */
  void freed(
      News news,
      Principal who,
      Kind kind,
      Claim claim,
      List<Released> released,
      @Nullable String detail) {
    for (Released each : released) {
      ObjectNode before = state(each.before(), claim.owner());
      before.put("claim", claim.id());
      ObjectNode after = state(each.after(), "");
      if (detail != null) {
        after.put("detail", detail);
      }
      news.writes.add(
          new Audit.Write(
              who, "resource.release", Resource.target(kind.name(), each.key()), before, after));
    }
  }

  /** A resource that was released. */
  record Released(String key, @Nullable String before, @Nullable String after) {}

  private static ObjectNode state(@Nullable String state, String owner) {
    ObjectNode shown = Json.MAPPER.createObjectNode();
    if (state != null) {
      shown.put("state", state);
    }
    return shown.put("owner", owner);
  }

  /** Something about the claim itself. */
  void recorded(
      Handle handle,
      Principal who,
      String action,
      String claim,
      ObjectNode before,
      ObjectNode after) {
    audit.record(handle, who, action, "claim:" + claim, before, after);
  }

  void tell(
      Handle handle,
      String action,
      Severity severity,
      Claim claim,
      Principal who,
      @Nullable String detail) {
    News news = new News();
    tell(news, action, severity, claim, who, detail);
    write(handle, news);
  }

  /** The same, to be written with others. */
  void tell(
      News news,
      String action,
      Severity severity,
      Claim claim,
      Principal who,
      @Nullable String detail) {
    news.events.add(
        event(
            action,
            severity,
            claim.id(),
            claim.kind(),
            claim.owner(),
            claim.resources(),
            who,
            detail == null && claim.until() != null && action.equals("expiring")
                ? "ends at " + claim.until()
                : detail));
  }

  private static NewEvent event(
      String action,
      Severity severity,
      String id,
      String kind,
      String owner,
      List<String> keys,
      Principal who,
      @Nullable String detail) {
    ObjectNode data = Json.MAPPER.createObjectNode();
    data.put("kind", kind).put("owner", owner).put("count", keys.size());
    ArrayNode named = data.putArray("resources");
    keys.stream().limit(NAMED).forEach(named::add);
    if (detail != null) {
      data.put("detail", detail);
    }
    data.put("by", who.name());
    return new NewEvent("claim", action, severity, id, null, data);
  }

  static ObjectNode until(@Nullable Instant until) {
    return Json.MAPPER.createObjectNode().put("until", until == null ? null : until.toString());
  }
}
