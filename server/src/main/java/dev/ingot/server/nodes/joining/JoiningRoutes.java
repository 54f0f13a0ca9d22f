package dev.ingot.server.nodes.joining;

import dev.ingot.server.access.Role;
import dev.ingot.server.http.Cursor;
import dev.ingot.server.http.Page;
import dev.ingot.server.http.QueryParameters;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import dev.ingot.server.nodes.Presence;
import dev.ingot.server.nodes.Presence.Over;
import dev.ingot.server.nodes.joining.KnownMachines.BootNetwork;
import dev.ingot.server.nodes.joining.KnownMachines.KnownMachine;
import dev.ingot.server.problem.Problem;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** What people do about machines that are to come: tokens, tickets, known machines, policies. */
public final class JoiningRoutes implements Routes {
  private static final String TOKENS = "/api/v1/enrolment-tokens";
  private static final String KNOWN = "/api/v1/known-machines";
  private static final String NETWORKS = "/api/v1/boot-networks";

  private final Jdbi jdbi;
  private final EnrolmentTokens tokens;
  private final BootTickets tickets;
  private final KnownMachines known;
  private final JoiningSettings settings;
  private final Presence.Listener listener;

  public JoiningRoutes(
      Jdbi jdbi,
      EnrolmentTokens tokens,
      BootTickets tickets,
      KnownMachines known,
      JoiningSettings settings,
      Presence.Listener listener) {
    this.jdbi = jdbi;
    this.tokens = tokens;
    this.tickets = tickets;
    this.known = known;
    this.settings = settings;
    this.listener = listener;
  }

  record NewToken(
      @Nullable String name, @Nullable Long expiresInSeconds, @Nullable Integer maxUses) {}

  /** The answer to the making of a token, the only one with its secret. */
  record MadeToken(
      String id,
      String name,
      Instant created,
      String createdBy,
      Instant expires,
      @Nullable Integer maxUses,
      String secret) {}

  record NewTicket(
      String mac, String address, @Nullable String network, @Nullable Long expiresInSeconds) {}

  /** The answer to the making of a ticket, the only one with its secret. */
  record MadeTicket(
      String id,
      String mac,
      String address,
      @Nullable String network,
      Instant expires,
      String secret) {}

  record Policy(AdmissionPolicy policy) {}

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get(TOKENS, this::listTokens, Role.ADMIN);
    routes.post(TOKENS, this::makeToken, Role.ADMIN);
    routes.delete(TOKENS + "/{id}", this::revokeToken, Role.ADMIN);
    routes.post("/api/v1/boot-tickets", this::makeTicket, Role.OPERATOR);
    routes.get(KNOWN, this::listKnown, Role.READER);
    routes.post(KNOWN, this::addKnown, Role.OPERATOR);
    routes.delete(KNOWN + "/{kind}/{value}", this::removeKnown, Role.OPERATOR);
    routes.get(NETWORKS, this::listNetworks, Role.READER);
    routes.put(NETWORKS + "/{name}", this::setNetwork, Role.OPERATOR);
    routes.delete(NETWORKS + "/{name}", this::removeNetwork, Role.OPERATOR);
  }

  private void listTokens(Context context) {
    QueryParameters query = Requests.query(context, "limit", "cursor");
    Cursor cursor = query.cursor("enrolment-tokens", 1);
    String after = cursor == null ? "" : cursor.keys().getFirst();
    List<EnrolmentTokens.EnrolmentToken> found =
        jdbi.withHandle(handle -> tokens.list(handle, after, query.limit() + 1));
    context.json(Page.of(found, query.limit(), token -> Cursor.of("enrolment-tokens", token.id())));
  }

  private void makeToken(Context context) {
    Requests.query(context);
    NewToken asked = Requests.body(context, NewToken.class);
    String name = JoiningFields.name("name", asked.name() == null ? "token" : asked.name());
    Duration lifetime = JoiningFields.lifetime(asked.expiresInSeconds(), settings.tokenLifetime());
    if (asked.maxUses() != null && asked.maxUses() < 1) {
      throw Problem.invalid("maxUses", "must be at least 1, or null for no limit");
    }
    EnrolmentTokens.Made made =
        jdbi.inTransaction(
            handle ->
                tokens.make(handle, Requests.principal(context), name, lifetime, asked.maxUses()));
    EnrolmentTokens.EnrolmentToken token = made.token();
    context
        .status(201)
        .header("Location", TOKENS + "/" + token.id())
        .header("Cache-Control", "no-store")
        .json(
            new MadeToken(
                token.id(),
                token.name(),
                token.created(),
                token.createdBy(),
                token.expires(),
                token.maxUses(),
                made.secret()));
  }

  private void revokeToken(Context context) {
    Requests.query(context);
    Requests.noBody(context);
    jdbi.useTransaction(
        handle -> tokens.revoke(handle, Requests.principal(context), context.pathParam("id")));
    context.status(204);
  }

  private void makeTicket(Context context) {
    Requests.query(context);
    NewTicket asked = Requests.body(context, NewTicket.class);
    String mac = JoiningFields.mac("mac", asked.mac());
    String address = JoiningFields.address("address", asked.address());
    String network =
        asked.network() == null ? null : JoiningFields.name("network", asked.network());
    Duration lifetime = JoiningFields.lifetime(asked.expiresInSeconds(), settings.ticketLifetime());
    BootTickets.Made made =
        jdbi.inTransaction(
            handle ->
                tickets.make(handle, Requests.principal(context), mac, address, network, lifetime));
    context
        .status(201)
        .header("Cache-Control", "no-store")
        .json(
            new MadeTicket(
                made.id(),
                made.mac(),
                made.address(),
                made.network(),
                made.expires(),
                made.secret()));
  }

  private void listKnown(Context context) {
    QueryParameters query = Requests.query(context, "limit", "cursor");
    Cursor cursor = query.cursor("known-machines", 2);
    String value = cursor == null ? "" : cursor.keys().getFirst();
    String kind = cursor == null ? "" : cursor.keys().getLast();
    List<KnownMachine> found =
        jdbi.withHandle(handle -> known.list(handle, value, kind, query.limit() + 1));
    context.json(
        Page.of(
            found,
            query.limit(),
            machine -> Cursor.of("known-machines", machine.value(), machine.kind())));
  }

  private void addKnown(Context context) {
    Requests.query(context);
    KnownMachine machine = JoiningFields.known(Requests.body(context, KnownMachine.class));
    List<Over> over =
        jdbi.inTransaction(handle -> known.add(handle, Requests.principal(context), machine));
    over.forEach(listener::over);
    context.status(201).json(machine);
  }

  private void removeKnown(Context context) {
    Requests.query(context);
    Requests.noBody(context);
    KnownMachine machine =
        JoiningFields.known(
            new KnownMachine(context.pathParam("kind"), context.pathParam("value"), null));
    jdbi.useTransaction(
        handle ->
            known.remove(handle, Requests.principal(context), machine.kind(), machine.value()));
    context.status(204);
  }

  private void listNetworks(Context context) {
    Requests.query(context);
    context.json(new Page<>(jdbi.withHandle(known::networks), null));
  }

  private void setNetwork(Context context) {
    Requests.query(context);
    BootNetwork network =
        new BootNetwork(
            JoiningFields.name("name", context.pathParam("name")),
            Requests.body(context, Policy.class).policy());
    List<Over> over =
        jdbi.inTransaction(handle -> known.setPolicy(handle, Requests.principal(context), network));
    over.forEach(listener::over);
    context.json(network);
  }

  private void removeNetwork(Context context) {
    Requests.query(context);
    Requests.noBody(context);
    jdbi.useTransaction(
        handle ->
            known.removeNetwork(handle, Requests.principal(context), context.pathParam("name")));
    context.status(204);
  }
}
