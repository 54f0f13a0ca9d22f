package dev.ingot.server.resources.claim;

import dev.ingot.core.Json;
import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.http.Cursor;
import dev.ingot.server.http.Page;
import dev.ingot.server.http.QueryParameters;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.resources.kind.Kind;
import dev.ingot.server.resources.kind.Kinds;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /api/v1/resources/{kind}/claims} and {@code /api/v1/claims}. */
public final class ClaimRoutes implements Routes {
  private static final String MAKE = "/api/v1/resources/{kind}/claims";
  private static final String ALL = "/api/v1/claims";
  private static final String ONE = ALL + "/{id}";
  private static final int LONGEST_KEY = 200;

  private final Jdbi jdbi;
  private final Kinds kinds;
  private final ClaimDesk desk;

  public ClaimRoutes(Jdbi jdbi, Kinds kinds, ClaimDesk desk) {
    this.jdbi = jdbi;
    this.kinds = kinds;
    this.desk = desk;
  }

  /**
   * The end of a claim.
   *
   * @param now leaves out what its kind says must run before its resources are free
   */
  record Release(@Nullable String reason, @Nullable Boolean now) {}

  /** Another end: a time, or a length from now on. */
  record Renew(@Nullable String until, @Nullable String length) {}

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.post(MAKE, this::make, Role.OPERATOR);
    routes.get(ALL, this::list, Role.READER);
    routes.get(ONE, this::show, Role.READER);
    routes.get(ONE + "/explain", this::explain, Role.READER);
    routes.post(ONE + "/release", this::release, Role.OPERATOR);
    routes.post(ONE + "/renew", this::renew, Role.OPERATOR);
  }

  private void make(Context context) {
    Requests.query(context);
    JsonNode body = Requests.json(context);
    ClaimRequest request = Requests.body(body, ClaimRequest.class);
    Principal who = Requests.principal(context);
    Claims.Idempotency idempotency = idempotency(context, body);
    Kind kind = kinds.remembered(jdbi, context.pathParam("kind"));
    if (request.isDryRun()) {
      context.json(jdbi.inTransaction(handle -> desk.claims().explain(handle, kind, request)));
      return;
    }
    Claims.Made made = desk.claims().create(jdbi, desk.group(), who, kind, request, idempotency);
    Claim claim = made.claim();
    context
        .status(!made.made() ? 200 : claim.isWaiting() ? 202 : 201)
        .header("Location", ALL + "/" + claim.id())
        .header("ETag", Requests.etag(claim.version()));
    if (made.conflicts().isEmpty()) {
      context.json(claim);
      return;
    }
    ObjectNode shown = Json.MAPPER.valueToTree(claim);
    shown.set("conflicts", Json.MAPPER.valueToTree(made.conflicts()));
    context.json(shown);
  }

  private static Claims.@Nullable Idempotency idempotency(Context context, JsonNode body) {
    String key = context.header("Idempotency-Key");
    if (key == null) {
      return null;
    }
    if (key.isBlank()
        || key.length() > LONGEST_KEY
        || key.chars().anyMatch(c -> c < ' ' || c > '~')) {
      throw Problem.malformed(
          "Idempotency-Key", "must be 1 to " + LONGEST_KEY + " printable ASCII characters");
    }
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(Json.bytes(context.pathParam("kind")));
      return new Claims.Idempotency(key, digest.digest(Json.bytes(body)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private void list(Context context) {
    QueryParameters query =
        Requests.query(context, "kind", "owner", "state", "ended", "limit", "cursor");
    boolean ended = query.flag("ended");
    ClaimTable.Wanted wanted =
        new ClaimTable.Wanted(query.text("kind"), query.text("owner"), query.text("state"));
    String list = "claims:" + ended + ":" + wanted;
    Cursor cursor = query.cursor(list, 1);
    long before = cursor == null ? Long.MAX_VALUE : cursor.number(0);
    int limit = query.limit();
    List<Claim> found =
        jdbi.withHandle(
            handle ->
                ended
                    ? ClaimTable.past(handle, wanted, before, limit + 1)
                    : ClaimTable.live(handle, wanted, before, limit + 1));
    context.json(Page.of(found, limit, last -> Cursor.of(list, last.id())));
  }

  private static long id(Context context) {
    return Requests.number(context, "id", "claim");
  }

  private void show(Context context) {
    Requests.query(context);
    answer(context, jdbi.withHandle(handle -> ClaimTable.require(handle, id(context))));
  }

  private static void answer(Context context, Claim claim) {
    context.header("ETag", Requests.etag(claim.version())).json(claim);
  }

  private void explain(Context context) {
    Requests.query(context);
    context.json(jdbi.inTransaction(handle -> desk.explain(handle, id(context))));
  }

  private static void match(Context context, Claim claim) {
    Requests.ifMatch(context, Requests.etag(claim.version()));
  }

  private void release(Context context) {
    Requests.query(context);
    Release asked = Requests.body(context, Release.class);
    Principal who = Requests.principal(context);
    long id = id(context);
    boolean now = asked.now() != null && asked.now();
    Claims.Made ended =
        desk.group()
            .ask(
                new Admission.Releasing(
                    who, id, claim -> match(context, claim), now, asked.reason()));
    answer(context, Objects.requireNonNull(ended, "a release is answered").claim());
  }

  private void renew(Context context) {
    Requests.query(context);
    Renew asked = Requests.body(context, Renew.class);
    Principal who = Requests.principal(context);
    String until = asked.until();
    String length = asked.length();
    if ((until == null) == (length == null)) {
      throw Problem.invalid("until", "say until or length");
    }
    Instant end = until == null ? null : ClaimRequest.instant(until);
    Duration held = length == null ? null : Lengths.parse(length, "length");
    answer(
        context,
        jdbi.inTransaction(
            handle ->
                desk.renew(
                    handle,
                    who,
                    id(context),
                    claim -> match(context, claim),
                    end,
                    held == null ? null : held.toSeconds())));
  }
}
