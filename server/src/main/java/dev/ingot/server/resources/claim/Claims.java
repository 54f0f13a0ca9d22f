package dev.ingot.server.resources.claim;

import dev.ingot.core.Json;
import dev.ingot.server.access.Principal;
import dev.ingot.server.events.Severity;
import dev.ingot.server.inventory.query.Queries;
import dev.ingot.server.nodes.TextArray;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.resources.address.Pools;
import dev.ingot.server.resources.address.Seen;
import dev.ingot.server.resources.kind.Kind;
import dev.ingot.server.resources.stock.Condition;
import dev.ingot.server.resources.stock.ResourceFilter;
import dev.ingot.server.store.AdvisoryLock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Makes claims: held at once, waiting, or refused with the reason. */
public final class Claims {
  private static final int MOST_WAITING = 10_000;
  private static final int FILLINGS_FOR_A_FILTER = 4;

  private final Queries queries;
  private final Tidings tidings;
  private final Taking taking;
  private final RandomGenerator random;

  Claims(Queries queries, Tidings tidings, Duration warning, RandomGenerator random) {
    this.queries = queries;
    this.tidings = tidings;
    this.taking = new Taking(warning);
    this.random = random;
  }

  /** A request key and the digest of what it was sent with. */
  public record Idempotency(String key, byte[] digest) {}

  /**
   * What came of a request.
   *
   * @param made whether it is new: a request key that was used before brings its claim again
   */
  public record Made(Claim claim, boolean made, List<Seen.Sighting> conflicts) {}

  /** What a claim asks for, in SQL. */
  record Meaning(Condition condition, boolean byAddress, int count, boolean specific) {}

  /**
   * Claims, all or none. What the quick way has locked is let go before the patient one waits for
   * its turn, or two could wait for each other.
   *
   * @throws Problem conflict when too few are free and it may not wait, with the reason
   */
  Made create(
      Jdbi jdbi,
      GroupCommit<Admission.Question, Made> group,
      Principal who,
      Kind kind,
      ClaimRequest request,
      @Nullable Idempotency idempotency) {
    request.check(kind);
    Made quick = null;
    if (Admission.takesAlong(request)) {
      quick = group.ask(new Admission.Claiming(who, kind, request, idempotency));
    } else if (request.prefixLength() == null) {
      quick = jdbi.inTransaction(handle -> quickly(handle, who, kind, request, idempotency));
    }
    return quick != null
        ? quick
        : jdbi.inTransaction(handle -> patiently(handle, who, kind, request, idempotency));
  }

  private @Nullable Made quickly(
      Handle handle,
      Principal who,
      Kind kind,
      ClaimRequest request,
      @Nullable Idempotency idempotency) {
    Optional<Claim> known = known(handle, who, idempotency);
    if (known.isPresent()) {
      return new Made(known.get(), false, List.of());
    }
    requireFuture(handle, request.end());
    Meaning meaning = meaning(handle, kind, request);
    Taking.Order order = order(who, kind, request, meaning, null, idempotency);
    if (meaning.specific() && kind.isOfAddresses()) {
      Specific.make(handle, kind, request);
    }
    Taking.Result result =
        limited(
            handle,
            meaning,
            () -> taking.quickly(handle, order, random.nextInt(Integer.MAX_VALUE)));
    return result.claim() == null ? null : made(handle, order, meaning, result);
  }

  private Made patiently(
      Handle handle,
      Principal who,
      Kind kind,
      ClaimRequest request,
      @Nullable Idempotency idempotency) {
    Optional<Claim> known = known(handle, who, idempotency);
    if (known.isPresent()) {
      return new Made(known.get(), false, List.of());
    }
    requireFuture(handle, request.end());
    Meaning meaning = meaning(handle, kind, request);
    Taking.Order order = order(who, kind, request, meaning, null, idempotency);
    Taking.Result result = attempt(handle, order, meaning);
    if (result.claim() == null) {
      Optional<Claim> twin = known(handle, who, idempotency);
      return twin.map(claim -> new Made(claim, false, List.<Seen.Sighting>of()))
          .orElseGet(() -> wait(handle, order, meaning, idempotency));
    }
    return made(handle, order, meaning, result);
  }

  private Made made(Handle handle, Taking.Order order, Meaning meaning, Taking.Result result) {
    tidings.held(handle, order.who(), order.kind(), order.request(), result);
    return new Made(
        Objects.requireNonNull(result.claim()), true, seen(handle, order.kind(), meaning, result));
  }

  private static List<Seen.Sighting> seen(
      Handle handle, Kind kind, Meaning meaning, Taking.Result result) {
    return kind.isOfAddresses() && meaning.specific()
        ? Seen.of(handle, kind.name(), result.taken().stream().map(Taking.Taken::key).toList())
        : List.of();
  }

  static Optional<Claim> known(Handle handle, Principal who, @Nullable Idempotency idempotency) {
    if (idempotency == null) {
      return Optional.empty();
    }
    ClaimTable.RequestKey key = new ClaimTable.RequestKey(who.name(), idempotency.key());
    ClaimTable.Known known = ClaimTable.byKeys(handle, List.of(key)).get(key);
    if (known == null) {
      return Optional.empty();
    }
    if (!Arrays.equals(known.digest(), idempotency.digest())) {
      throw usedBefore(known.claim());
    }
    return Optional.of(known.claim());
  }

  static Problem usedBefore(Claim claim) {
    return Problem.invalid(
        "Idempotency-Key", "was used for another request, which made claim " + claim.id());
  }

  static void requireFuture(Handle handle, @Nullable Instant end) {
    if (end != null
        && !handle
            .createQuery("SELECT :end::timestamptz > now()")
            .bind("end", end.toString())
            .mapTo(Boolean.class)
            .one()) {
      throw Problem.invalid("until", "must be in the future");
    }
  }

  /** Says whether it would be held, and takes nothing. */
  public Explanation explain(Handle handle, Kind kind, ClaimRequest request) {
    request.check(kind);
    Meaning meaning = meaning(handle, kind, request);
    return explain(handle, kind, request, meaning, null);
  }

  /** Why a claim waits. */
  public Explanation explain(Handle handle, Kind kind, Claim claim) {
    ClaimRequest request = request(claim.request());
    return explain(handle, kind, request, meaning(handle, kind, request), Long.valueOf(claim.id()));
  }

  private Explanation explain(
      Handle handle, Kind kind, ClaimRequest request, Meaning meaning, @Nullable Long claim) {
    Explanation found =
        limited(
            handle,
            meaning,
            () -> Explanation.of(handle, kind, meaning.condition(), meaning.count(), claim));
    if (!meaning.byAddress()
        || meaning.specific()
        || request.prefixLength() != null
        || request.where() != null) {
      return found;
    }
    // What is no row yet is free too.
    long more = 0;
    for (Pools.Pool pool : Pools.of(handle, kind, request.network(), request.pool(), false)) {
      more += pool.left();
    }
    return more == 0 ? found : found.withMore(more, kind);
  }

  static ClaimRequest request(JsonNode stored) {
    return Json.MAPPER.treeToValue(stored, ClaimRequest.class);
  }

  private static Taking.Order order(
      Principal who,
      Kind kind,
      ClaimRequest request,
      Meaning meaning,
      @Nullable Long waiting,
      @Nullable Idempotency idempotency) {
    return new Taking.Order(
        kind,
        meaning.condition(),
        meaning.byAddress(),
        meaning.count(),
        request,
        who,
        waiting,
        idempotency == null ? null : idempotency.key(),
        idempotency == null ? null : idempotency.digest());
  }

  Meaning meaning(Handle handle, Kind kind, ClaimRequest request) {
    Condition condition = Condition.TRUE;
    int count = request.wanted();
    boolean pooled = request.network() != null || request.pool() != null;
    if (request.keys() != null) {
      condition = Condition.of("r.key = ANY(?)", new TextArray(request.canonicalKeys(kind)));
    }
    if (pooled) {
      List<Pools.Pool> pools = Pools.of(handle, kind, request.network(), request.pool(), false);
      if (pools.isEmpty()) {
        throw Problem.invalid(
            request.pool() != null ? "pool" : "network",
            "no pool of %s is known by that name".formatted(kind.name()));
      }
      condition =
          condition.and(
              Condition.of(
                  "r.pool = ANY(?)", new TextArray(pools.stream().map(Pools.Pool::name).toList())));
      if (request.prefixLength() != null) {
        count = Blocks.size(request.prefixLength(), pools.getFirst().first().bits());
      }
    }
    if (kind.isOfAddresses() && request.keys() == null) {
      condition = condition.and(Condition.of("(" + Seen.NOWHERE + ")"));
    }
    JsonNode where = request.where();
    if (where != null && !where.isNull()) {
      condition = condition.and(ResourceFilter.of(queries, kind, where, "where"));
    }
    return new Meaning(condition, pooled, count, request.keys() != null);
  }

  private Taking.Result attempt(Handle handle, Taking.Order order, Meaning meaning) {
    if (order.request().prefixLength() != null) {
      return block(handle, order, meaning);
    }
    // One at a time: several that each locked a part of what is left would all go without.
    AdvisoryLock.awaitInTransaction(handle, "claims." + order.kind().name());
    if (meaning.byAddress()) {
      List<Pools.Pool> pools =
          Pools.of(handle, order.kind(), order.request().network(), order.request().pool(), true);
      Taking.Result again = limited(handle, meaning, () -> taking.patiently(handle, order));
      int turns = fillings(order, meaning);
      while (again.claim() == null
          && turns-- > 0
          && Pools.fill(handle, order.kind(), pools, order.count())) {
        again = limited(handle, meaning, () -> taking.patiently(handle, order));
        pools =
            Pools.of(handle, order.kind(), order.request().network(), order.request().pool(), true);
      }
      return again;
    }
    return limited(handle, meaning, () -> taking.patiently(handle, order));
  }

  /**
   * How often more addresses are made for a claim: until there are enough, if any does. One that
   * names them has what it names, and a filter may never match: a /8 is not made for it.
   */
  private static int fillings(Taking.Order order, Meaning meaning) {
    JsonNode where = order.request().where();
    if (meaning.specific()) {
      return 0;
    }
    if (where == null || where.isNull()) {
      return Integer.MAX_VALUE;
    }
    return order.waiting() == null ? FILLINGS_FOR_A_FILTER : 0;
  }

  private Taking.Result block(Handle handle, Taking.Order order, Meaning meaning) {
    AdvisoryLock.awaitInTransaction(handle, "claims." + order.kind().name());
    Kind kind = order.kind();
    ClaimRequest request = order.request();
    int length = request.prefixLength() == null ? 0 : request.prefixLength();
    List<Pools.Pool> pools = Pools.of(handle, kind, request.network(), request.pool(), true);
    Optional<String> found =
        Blocks.free(handle, meaning.condition(), kind, length, meaning.count())
            .or(() -> Pools.fillBlock(handle, kind, pools, length));
    return found
        .map(
            block -> {
              Condition inside =
                  meaning.condition().and(Condition.of("r.address <<= ?::inet", block));
              return taking.patiently(
                  handle,
                  new Taking.Order(
                      kind,
                      inside,
                      true,
                      meaning.count(),
                      request,
                      order.who(),
                      order.waiting(),
                      order.key(),
                      order.digest()));
            })
        .orElse(Taking.Result.NOTHING);
  }

  /** A filter of the inventory has its limit of time, and a plan of its own. */
  private <T> T limited(Handle handle, Meaning meaning, Supplier<T> work) {
    return meaning.condition().text().contains("::jsonpath")
        ? queries.limited(handle, "where", work)
        : work.get();
  }

  private Made wait(
      Handle handle, Taking.Order order, Meaning meaning, @Nullable Idempotency idempotency) {
    ClaimRequest request = order.request();
    Explanation why = explain(handle, order.kind(), request, meaning, null);
    Duration patience = request.waiting();
    if (patience == null) {
      throw new Problem(
          Problem.Kind.CONFLICT, why.sentence(), meaning.specific() ? "keys" : null, null);
    }
    if (exist(handle, order, meaning, why) < meaning.count()) {
      throw new Problem(
          Problem.Kind.CONFLICT,
          why.sentence() + "; waiting does not help: there are not so many",
          meaning.specific() ? "keys" : "count",
          null);
    }
    Claim claim = ClaimQueue.enter(handle, order, patience, why.sentence(), MOST_WAITING);
    if (claim == null) {
      return new Made(known(handle, order.who(), idempotency).orElseThrow(), false, List.of());
    }
    tidings.recorded(
        handle,
        order.who(),
        "claim.wait",
        claim.id(),
        Json.MAPPER.createObjectNode(),
        Json.MAPPER.valueToTree(request));
    tidings.tell(handle, "waiting", Severity.INFORMATION, claim, order.who(), why.sentence());
    return new Made(claim, true, List.of());
  }

  /** How many there are of what is asked for, whoever has them. */
  private static long exist(Handle handle, Taking.Order order, Meaning meaning, Explanation why) {
    if (meaning.specific()) {
      return why.matching();
    }
    if (!meaning.byAddress()) {
      return why.known();
    }
    ClaimRequest request = order.request();
    return Pools.of(handle, order.kind(), request.network(), request.pool(), false).stream()
        .mapToLong(Pools.Pool::size)
        .sum();
  }

  /** Tries once more for one that waits and is locked. */
  void again(Handle handle, Kind kind, Principal who, Claim claim, Tidings.News news) {
    ClaimRequest request = request(claim.request());
    Meaning meaning = meaning(handle, kind, request);
    Taking.Order order = order(who, kind, request, meaning, Long.valueOf(claim.id()), null);
    Taking.Result result = attempt(handle, order, meaning);
    if (result.claim() != null) {
      tidings.held(news, who, kind, request, result);
    }
  }
}
