package dev.ingot.server.agents;

import dev.ingot.configuration.Secret;
import dev.ingot.server.http.Open;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import dev.ingot.server.problem.Problem;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v1/broker/auth/…}: what RabbitMQ's {@code rabbitmq_auth_backend_http} asks, as form
 * fields of a POST, and is answered with {@code allow} or {@code deny}. They carry no token: the
 * password in the question is the proof, and the other answers follow from names alone. Where an
 * agent comes from is believed only with a secret, which stands in the path that the broker asks.
 */
final class BrokerAccessRoutes implements Routes {
  private static final String SECRET = "secret";

  private final BrokerAccess access;
  private final boolean asked;
  private final @Nullable Secret secret;

  /**
   * @param asked whether agents have accounts by their keys; else nobody is let in
   * @param secret whoever shows it is the broker; null: nobody is taken for it
   */
  BrokerAccessRoutes(BrokerAccess access, boolean asked, @Nullable Secret secret) {
    this.access = access;
    this.asked = asked;
    this.secret = secret;
  }

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    String path = "/api/v1/broker/auth/";
    routes.post(path + "user", context -> answer(context, this::user), Open.TO_ALL);
    routes.post(path + "vhost", context -> answer(context, this::vhost, SECRET), Open.TO_ALL);
    routes.post(path + "resource", context -> answer(context, this::resource), Open.TO_ALL);
    routes.post(path + "topic", context -> answer(context, this::topic), Open.TO_ALL);
  }

  private void answer(Context context, Predicate<Context> question, String... known) {
    Requests.query(context, known);
    boolean allow = asked && question.test(context);
    context.contentType("text/plain").result(allow ? "allow" : "deny");
  }

  private boolean user(Context context) {
    String password = context.formParam("password");
    return password != null && access.mayCome(field(context, "username"), password);
  }

  private boolean vhost(Context context) {
    String user = field(context, "username");
    boolean may = access.mayEnter(user, field(context, "vhost"));
    String address = context.formParam("ip");
    String shown = context.queryParam(SECRET);
    Secret expected = secret;
    if (may
        && address != null
        && shown != null
        && expected != null
        && new Secret(shown).equals(expected)) {
      access.comesFrom(user, address);
    }
    return may;
  }

  private boolean resource(Context context) {
    return access.mayUse(
        field(context, "username"),
        field(context, "vhost"),
        field(context, "resource"),
        field(context, "name"),
        field(context, "permission"));
  }

  private boolean topic(Context context) {
    return access.mayTopic(
        field(context, "username"),
        field(context, "vhost"),
        field(context, "name"),
        field(context, "permission"),
        field(context, "routing_key"));
  }

  private static String field(Context context, String name) {
    String value = context.formParam(name);
    if (value == null) {
      throw Problem.malformed(name, "is a field of the form, and is missing");
    }
    return value;
  }
}
