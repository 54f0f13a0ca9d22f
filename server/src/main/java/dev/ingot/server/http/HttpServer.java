package dev.ingot.server.http;

import dev.ingot.server.access.Authentication;
import dev.ingot.server.access.Role;
import dev.ingot.server.access.Segmented;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.problem.StartFailure;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import io.javalin.router.EndpointNotFound;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.SessionHandler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.session.ManagedSession;
import org.jspecify.annotations.Nullable;

/** The listener: Javalin on Jetty with a virtual thread per request. */
public final class HttpServer implements AutoCloseable {
  private static final long DRAIN_MILLIS = 5_000;

  private final HttpSettings settings;
  private final Javalin javalin;
  private final RouteTable table;

  /**
   * Wires the routes; {@link #start} listens.
   *
   * @param upgrades what answers before the routes: connections that stop being HTTP
   * @throws StartFailure if the settings are unsafe
   * @throws IllegalArgumentException if a route names no role
   */
  public HttpServer(
      HttpSettings settings,
      Authentication authentication,
      Closure closure,
      List<Routes> routes,
      Consumer<RequestDone> observer,
      Supplier<UUID> ids,
      List<Consumer<Server>> upgrades) {
    Connectors.check(settings);
    this.settings = settings;
    this.javalin =
        Javalin.create(
            config -> configure(config, authentication, closure, routes, observer, ids, upgrades));
    this.table = new RouteTable(javalin.unsafe.internalRouter);
    for (RouteTable.Route route : table.all()) {
      if (route.roles().stream().allMatch(role -> role == Segmented.YES)) {
        throw new IllegalArgumentException(route.method() + " " + route.path() + " names no role");
      }
    }
  }

  /**
   * Says before anything has started what would keep it from listening.
   *
   * @throws StartFailure if the settings are unsafe or contradict each other
   */
  public static void check(HttpSettings settings) {
    Connectors.check(settings);
  }

  /**
   * Says that another program has the port before a database was started in vain.
   *
   * @throws StartFailure with that program's name, where it can be told
   */
  public static void mustBeFree(HttpSettings settings) {
    if (settings.port() == 0) {
      return;
    }
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true); // as Jetty: connections that have ended do not keep the port
      probe.bind(new InetSocketAddress(settings.host(), settings.port()));
    } catch (IOException e) {
      throw taken(settings, e, e);
    }
  }

  /** Whether it is reached from this machine only. */
  public static boolean isAlone(HttpSettings settings) {
    return Connectors.isLoopback(settings.host());
  }

  /** Listens; returns when requests are served. */
  public void start() {
    try {
      javalin.start();
    } catch (RuntimeException e) {
      throw failure(e);
    }
  }

  /**
   * Listens on one more address of this machine, on the same port; without TLS when it has none.
   *
   * @return what stops that; already listening on all addresses, it does nothing
   */
  public AutoCloseable alsoOn(String address) throws IOException {
    if (settings.host().equals("0.0.0.0") || settings.host().equals(address)) {
      return () -> {};
    }
    Server server = javalin.jettyServer().server();
    ServerConnector more =
        Connectors.of(server, new HttpConfiguration(), settings.on(address, javalin.port()));
    try {
      more.start();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("cannot listen on " + address + ": " + e.getMessage(), e);
    }
    server.addConnector(more);
    return () -> {
      server.removeConnector(more);
      more.stop();
    };
  }

  /** Where it is reached from this machine. */
  public URI address() {
    String host = settings.host();
    String reached = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
    return URI.create(
        (Connectors.secure(settings) ? "https://" : "http://")
            + (reached.contains(":") ? "[" + reached + "]" : reached)
            + ":"
            + javalin.port());
  }

  /** What is routed: method and path, with the word of its role, {@code none} for none. */
  public Map<String, String> routes() {
    Map<String, String> routes = new TreeMap<>();
    for (RouteTable.Route route : table.all()) {
      String role =
          route.roles().stream()
              .filter(asked -> asked != Segmented.YES)
              .map(asked -> asked instanceof Role known ? known.word() : "none")
              .sorted()
              .collect(Collectors.joining(","));
      routes.put(route.method() + " " + route.path(), role);
    }
    return routes;
  }

  /** The routes that answer a principal of less than all from its segment. */
  public Set<String> segmented() {
    return table.all().stream()
        .filter(route -> route.roles().contains(Segmented.YES))
        .map(route -> route.method() + " " + route.path())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Stops listening, lets requests finish for five seconds, closes what is left. */
  @Override
  public void close() {
    javalin.stop();
  }

  private void configure(
      JavalinConfig config,
      Authentication authentication,
      Closure closure,
      List<Routes> routes,
      Consumer<RequestDone> observer,
      Supplier<UUID> ids,
      List<Consumer<Server>> upgrades) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.concurrency.useVirtualThreads = true;
    config.http.maxRequestSize = Requests.LARGEST_BODY;
    config.http.prefer405over404 = true;
    config.jsonMapper(new JacksonJson());
    config.jetty.modifyServer(HttpServer::graceful);
    upgrades.forEach(config.jetty::modifyServer);
    config.jetty.modifyServletContextHandler(HttpServer::context);
    config.jetty.addConnector(
        (server, configuration) -> Connectors.of(server, configuration, settings));

    RouteTable known = new RouteTable(config.unsafe.internalRouter);
    Problems problems = new Problems(ids);
    HostGuard hosts = new HostGuard(settings);
    AuthenticationFilter filter = new AuthenticationFilter(authentication, closure, known);
    config.routes.before(
        context -> {
          hosts.check(context);
          filter.check(context);
        });
    config.routes.beforeMatched(filter::checkMatched);
    config.routes.exception(Exception.class, problems::answer);
    config.routes.exception(
        HttpResponseException.class,
        (refused, context) -> problems.answer(explained(refused, context, known), context));
    routes.forEach(feature -> feature.addTo(config.routes));
    config.requestLogger.http(
        (context, millis) -> observer.accept(RequestDone.of(context, millis)));
  }

  private static Exception explained(
      HttpResponseException refused, Context context, RouteTable known) {
    if (refused instanceof EndpointNotFound) {
      return Problem.notFound("nothing is at " + QueryParameters.shortened(context.path()));
    }
    if (refused instanceof MethodNotAllowedResponse) {
      Set<String> methods = known.methods(context.path());
      context.header("Allow", String.join(", ", methods));
      return new Problem(
          Problem.Kind.METHOD_NOT_ALLOWED,
          context.method() + " is not answered here; " + String.join(", ", methods) + " is",
          null,
          refused);
    }
    return refused;
  }

  private static void graceful(Server server) {
    server.insertHandler(new GracefulHandler());
    server.setStopTimeout(DRAIN_MILLIS);
    server.setErrorHandler(new JettyProblems());
  }

  private static void context(ServletContextHandler context) {
    // Sessions would outlive the WebSocket upgrades that make them: nobody gets one.
    context.setSessionHandler(
        new SessionHandler() {
          @Override
          public void newSession(
              Request request, @Nullable String id, Consumer<ManagedSession> made) {}
        });
    context.setErrorHandler(new JettyProblems());
  }

  private StartFailure failure(RuntimeException thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof StartFailure failure) {
        return failure;
      }
      if (cause instanceof IOException refused) {
        return taken(settings, refused, thrown);
      }
    }
    return new StartFailure("cannot start the HTTP server: " + thrown.getMessage(), thrown);
  }

  private static StartFailure taken(HttpSettings settings, IOException refused, Exception thrown) {
    String why =
        new PortOwner(Path.of("/proc"))
            .of(settings.port())
            .map(name -> name + " has it")
            .orElse(String.valueOf(refused.getMessage()));
    return new StartFailure(
        "cannot listen on http.host %s, http.port %d: %s"
            .formatted(settings.host(), settings.port(), why),
        thrown);
  }
}
