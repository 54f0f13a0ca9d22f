package dev.ingot.app;

import dev.ingot.agent.AgentSettings;
import dev.ingot.agent.bootstrap.Bootstrap;
import dev.ingot.agent.bootstrap.BootstrapSettings;
import dev.ingot.agent.bootstrap.BundleMaker;
import dev.ingot.agent.bootstrap.BundleServer;
import dev.ingot.agent.bootstrap.Manifest;
import dev.ingot.agent.discovery.Discovery;
import dev.ingot.agent.discovery.Place;
import dev.ingot.agent.link.TrustedCertificates;
import dev.ingot.cli.Call;
import dev.ingot.cli.CommandException;
import dev.ingot.cli.ExitCode;
import dev.ingot.cli.Verb;
import dev.ingot.configuration.Configuration;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** {@code ingot agent bootstrap}, and what makes the bundles that it loads: docs/bootstrap.md. */
final class BootstrapCommands {
  /** The jars of an agent, as an image has them. */
  private static final Pattern JARS =
      Pattern.compile(
          "(ingot-(app|agent|agent-amqp|amqp|protocol|configuration|core)|jspecify|slf4j-api"
              + "|Java-WebSocket|snakeyaml-engine|jackson-(core|databind|annotations|dataformat-yaml)"
              + "|logback-(classic|core)|amqp-client)-[0-9].*\\.jar");

  private BootstrapCommands() {}

  static List<Verb> all() {
    return List.of(
        LocalCommands.program(
            Verb.of(
                "bootstrap",
                "Loads a signed agent from a server and keeps it running; takes the agent's"
                    + " configuration and bootstrap.*",
                BootstrapCommands::bootstrap)),
        Verb.of(
                "bundle",
                "Makes a signed bundle of this program's agent",
                BootstrapCommands::bundle)
            .option("--out", "DIR", "where a server serves it: agent-bundle in its data folder")
            .options("--key", "FILE", "that signs it, made by bundle-key; may be there twice")
            .option("--number", "N", "larger than of every bundle before (seconds since 1970)"),
        Verb.of("bundle-key", "Makes a key that signs bundles", BootstrapCommands::key)
            .argument("FILE", "is made; keep it where no server is"));
  }

  private record Chosen(AgentSettings agent, BootstrapSettings bootstrap, LogSettings log) {
    static Chosen of(Configuration configuration) {
      return new Chosen(
          configuration.section("", AgentSettings.class, AgentSettings.DEFAULT),
          configuration.section("bootstrap", BootstrapSettings.class, BootstrapSettings.DEFAULT),
          configuration.section("log", LogSettings.class, LogSettings.DEFAULT));
    }
  }

  private static int bootstrap(Call call) throws InterruptedException {
    Stopping stopping = Stopping.onSignals();
    int code = ExitCode.FAILED;
    try {
      Chosen chosen =
          Settings.read(
              call,
              AgentSettings.DEFAULT.data().dir(),
              configuration -> Chosen.of(configuration.leave(OtherKeys.ofServer())));
      Logging.with(chosen.log().on(call.terminal().personIsThere()));
      BootstrapSettings settings = chosen.bootstrap();
      if (settings.keys().isEmpty()) {
        throw CommandException.usage(
            "bootstrap.keys is empty: which key must have signed a bundle? ingot agent bundle-key"
                + " prints one");
      }
      Path folder =
          Objects.requireNonNullElse(
              settings.dir(), chosen.agent().data().dir().resolve("bootstrap"));
      SSLSocketFactory trusted = trusted(chosen.agent().server());
      Bootstrap bootstrap =
          new Bootstrap(
              folder,
              settings,
              () -> server(chosen, trusted),
              environment(call),
              stopping::await,
              System::nanoTime);
      bootstrap.run();
      code = ExitCode.OK;
      return code;
    } catch (IOException e) {
      throw new CommandException(ExitCode.FAILED, "bundles cannot be kept: " + e, e);
    } catch (CommandException e) {
      code = e.exitCode();
      throw e;
    } finally {
      stopping.finished(code);
    }
  }

  private static @Nullable SSLSocketFactory trusted(AgentSettings.ServerSettings server)
      throws IOException {
    String pin = server.pin();
    try {
      if (pin != null) {
        return TrustedCertificates.pinned(pin);
      }
    } catch (IllegalArgumentException e) {
      throw CommandException.usage("server.pin: " + e.getMessage());
    }
    return server.ca() == null ? null : TrustedCertificates.only(server.ca());
  }

  /** Where bundles are asked for now. */
  private static Optional<BundleServer> server(Chosen chosen, @Nullable SSLSocketFactory trusted) {
    AgentSettings.ServerSettings server = chosen.agent().server();
    String url = chosen.bootstrap().url();
    if (url == null && server.isToBeFound()) {
      Discovery discovery = chosen.agent().discovery();
      Place found =
          discovery
              .find()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "no server answers; tried " + discovery.tried()));
      String pin = found.pin();
      boolean pinned = server.pin() != null || pin != null;
      return Optional.of(
          new BundleServer(
              URI.create(found.url()),
              pin != null && trusted == null ? TrustedCertificates.pinned(pin) : trusted,
              pinned));
    }
    URI asked = URI.create(url == null ? server.url() : url);
    boolean plain = "http".equals(asked.getScheme());
    if (!plain && !"https".equals(asked.getScheme())) {
      throw new IllegalArgumentException(
          "bundles come by https: bootstrap.url says from where, if server.url is a broker");
    }
    if (plain && !server.insecure() && !isHere(asked.getHost())) {
      throw new IllegalArgumentException(
          asked + " is in the clear: use https, or set server.insecure: true");
    }
    return Optional.of(new BundleServer(asked, trusted, server.pin() != null));
  }

  private static boolean isHere(@Nullable String host) {
    try {
      return host != null && InetAddress.getByName(host).isLoopbackAddress();
    } catch (IOException e) {
      throw new IllegalArgumentException("no such host: " + host, e);
    }
  }

  /** The agent is settled by its environment: flags become variables, and secrets are none. */
  private static Map<String, String> environment(Call call) {
    Map<String, String> environment = new HashMap<>(call.terminal().environment());
    environment.keySet().removeIf(name -> name.startsWith("INGOT_BOOTSTRAP_"));
    Settings.flags(call.unmatched())
        .forEach(
            (key, value) -> {
              if (!key.startsWith("bootstrap.")) {
                environment.put(
                    "INGOT_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_'),
                    value);
              }
            });
    String file = call.option("--config");
    if (file != null) {
      environment.put("INGOT_CONFIG", file);
    }
    return environment;
  }

  private static int bundle(Call call) throws IOException, GeneralSecurityException {
    String out = call.option("--out");
    List<Path> keys = call.options("--key").stream().map(Path::of).toList();
    if (out == null || keys.isEmpty()) {
      throw CommandException.usage("--out DIR and --key FILE are needed");
    }
    List<Path> jars = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String path : System.getProperty("java.class.path", "").split(File.pathSeparator, -1)) {
      String name = new File(path).getName();
      if (JARS.matcher(name).matches() && seen.add(name)) {
        jars.add(Path.of(path));
      }
    }
    if (jars.stream().noneMatch(jar -> jar.getFileName().toString().startsWith("ingot-agent-"))) {
      throw new CommandException(
          ExitCode.FAILED, "this program runs from no jars: make bundles with the launcher", null);
    }
    String number = call.option("--number");
    Map<PublicKey, PrivateKey> signers = BundleMaker.keys(keys);
    Manifest made =
        BundleMaker.make(
            Path.of(out),
            jars,
            number == null ? Clock.systemUTC().instant().getEpochSecond() : number(number),
            Version.text(),
            NodeMain.class.getName(),
            signers);
    call.terminal()
        .out()
        .println("bundle " + made.number() + " of " + made.files().size() + " files is in " + out);
    return ExitCode.OK;
  }

  private static long number(String text) {
    if (!text.matches("\\d{1,18}")) {
      throw CommandException.usage("--number: a whole number is wanted");
    }
    return Long.parseLong(text);
  }

  private static int key(Call call) throws IOException, GeneralSecurityException {
    Path file = Path.of(call.argument(0));
    List<String> key = BundleMaker.newKey();
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      throw new CommandException(ExitCode.FAILED, file + " is there already", e);
    }
    Files.write(file, key);
    call.terminal().out().println(key.getFirst());
    return ExitCode.OK;
  }
}
