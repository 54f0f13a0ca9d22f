package dev.ingot.server.http;

import dev.ingot.server.access.Authentication;
import dev.ingot.server.access.Role;
import dev.ingot.server.access.Tokens;
import dev.ingot.server.problem.Problem;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/tokens}. */
public final class TokenRoutes implements Routes {
  private static final String PATH = "/api/v1/tokens";
  private static final Duration LONGEST = Duration.ofDays(3650);

  private final Jdbi jdbi;
  private final Tokens tokens;
  private final Authentication authentication;

  public TokenRoutes(Jdbi jdbi, Tokens tokens, Authentication authentication) {
    this.jdbi = jdbi;
    this.tokens = tokens;
    this.authentication = authentication;
  }

  /**
   * @param expiresInSeconds null for a token that does not expire
   */
  record NewToken(String name, String role, @Nullable Long expiresInSeconds) {}

  /** The answer to the making of a token, the only one with its secret. */
  record Made(
      String id,
      String name,
      String role,
      Instant created,
      String createdBy,
      @Nullable Instant expires,
      String secret) {
    static Made of(Tokens.Made made) {
      Tokens.Token token = made.token();
      return new Made(
          token.id(),
          token.name(),
          token.role(),
          token.created(),
          token.createdBy(),
          token.expires(),
          made.secret().text());
    }
  }

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get(PATH, this::list, Role.ADMIN);
    routes.post(PATH, this::create, Role.ADMIN);
    routes.delete(PATH + "/{id}", this::revoke, Role.ADMIN);
  }

  private void list(Context context) {
    QueryParameters query = Requests.query(context, "limit", "cursor");
    long after = Requests.after(query.cursor("tokens", 1));
    List<Tokens.Token> found =
        jdbi.withHandle(handle -> tokens.after(handle, after, query.limit() + 1));
    context.json(Page.of(found, query.limit(), token -> Cursor.of("tokens", token.id())));
  }

  private void create(Context context) {
    Requests.query(context);
    NewToken asked = Requests.body(context, NewToken.class);
    if (!asked.name().matches("[A-Za-z0-9][A-Za-z0-9._@-]{0,62}")) {
      throw Problem.invalid(
          "name", "must be 1 to 63 letters, digits, dots, dashes, underscores or @");
    }
    Long seconds = asked.expiresInSeconds();
    if (seconds != null && (seconds < 1 || seconds > LONGEST.toSeconds())) {
      throw Problem.invalid("expiresInSeconds", "must be from 1 to " + LONGEST.toSeconds());
    }
    Tokens.Made made =
        jdbi.inTransaction(
            handle ->
                tokens.create(
                    handle,
                    Requests.principal(context),
                    asked.name(),
                    asked.role(),
                    seconds == null ? null : Duration.ofSeconds(seconds)));
    context
        .status(201)
        .header("Location", PATH + "/" + made.token().id())
        .header("Cache-Control", "no-store")
        .json(Made.of(made));
  }

  private void revoke(Context context) {
    Requests.query(context);
    Requests.noBody(context);
    long id = Requests.number(context, "id", "token");
    jdbi.useTransaction(handle -> tokens.revoke(handle, Requests.principal(context), id));
    authentication.forget();
    context.status(204);
  }
}
