package dev.ingot.agent.bootstrap;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the agent of the newest bundle running. A bundle that fails in its trial is given up for
 * the one before; without a server the one that is here is started.
 */
public final class Bootstrap {
  private static final Logger log = LoggerFactory.getLogger(Bootstrap.class);
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final Duration TO_END = Duration.ofSeconds(10);

  /** System property: the agent ends when its standard input does. */
  public static final String WITH_PARENT = "ingot.exit-with-parent";

  private final BundleStore store;
  private final List<PublicKey> keys;
  private final BootstrapSettings settings;
  private final Supplier<Optional<BundleServer>> servers;
  private final Map<String, String> environment;
  private final Pause pause;
  private final LongSupplier nanos;
  private String said = "";

  /** Waits, or is told to stop. */
  public interface Pause {
    /** Waits so long; whether the process is asked to stop. */
    boolean await(Duration most) throws InterruptedException;
  }

  /**
   * @param servers where bundles may be asked for now
   * @param environment of the agent
   * @param nanos a monotonic clock
   */
  public Bootstrap(
      Path folder,
      BootstrapSettings settings,
      Supplier<Optional<BundleServer>> servers,
      Map<String, String> environment,
      Pause pause,
      LongSupplier nanos)
      throws IOException {
    this.store = new BundleStore(folder);
    this.keys = settings.keys().stream().map(SignedManifest::key).toList();
    this.settings = settings;
    this.servers = servers;
    this.environment = Map.copyOf(environment);
    this.pause = pause;
    this.nanos = nanos;
  }

  /** Runs until the process is asked to stop. */
  public void run() throws InterruptedException, IOException {
    Duration wait = SHORTEST;
    boolean fresh = false;
    while (true) {
      if (!fresh) {
        look();
      }
      fresh = false;
      Optional<BundleStore.Bundle> bundle = store.usable(keys);
      if (bundle.isEmpty()) {
        say("there is no bundle to start, neither here nor at a server; it is looked for again");
      } else {
        Ended ended = runOnce(bundle.get());
        if (ended == Ended.STOPPED) {
          return;
        }
        fresh = ended == Ended.REPLACED;
        wait = ended == Ended.AFTER_LONG || fresh ? SHORTEST : wait;
      }
      if (!fresh && pause.await(wait)) {
        return;
      }
      wait = wait.multipliedBy(2).compareTo(LONGEST) < 0 ? wait.multipliedBy(2) : LONGEST;
    }
  }

  private enum Ended {
    STOPPED,
    REPLACED,
    AFTER_LONG,
    SOON
  }

  private Ended runOnce(BundleStore.Bundle bundle) throws InterruptedException, IOException {
    Manifest manifest = bundle.signed().manifest();
    log.info("starts the agent {} (bundle {})", manifest.version(), manifest.number());
    long started = nanos.getAsLong();
    Process agent = start(bundle);
    long looked = started;
    while (true) {
      if (agent.waitFor(200, TimeUnit.MILLISECONDS)) {
        boolean soon = nanos.getAsLong() - started < settings.trial().toNanos();
        log.warn("the agent {} ended with {}", manifest.version(), agent.exitValue());
        if (soon && agent.exitValue() != 0) {
          giveUp(bundle);
        }
        return soon ? Ended.SOON : Ended.AFTER_LONG;
      }
      if (pause.await(Duration.ZERO)) {
        end(agent);
        return Ended.STOPPED;
      }
      if (nanos.getAsLong() - looked >= settings.interval().toNanos()) {
        looked = nanos.getAsLong();
        if (look()) {
          end(agent);
          return Ended.REPLACED;
        }
      }
    }
  }

  /** If another one could be started instead. */
  private void giveUp(BundleStore.Bundle bundle) throws IOException {
    store.failed(bundle);
    Optional<BundleStore.Bundle> before = store.usable(keys);
    if (before.isPresent()) {
      log.error(
          "the agent {} failed in its first {} s and is given up for {}",
          bundle.signed().manifest().version(),
          settings.trial().toSeconds(),
          before.get().signed().manifest().version());
    } else {
      store.forgive(bundle); // it is all there is
    }
  }

  /** Asks for a newer bundle; whether there is one here now. */
  private boolean look() {
    try {
      Optional<BundleServer> server = servers.get();
      if (server.isEmpty()) {
        return false;
      }
      SignedManifest present = server.get().present(keys);
      Optional<BundleStore.Bundle> here = store.usable(keys);
      if (store.isBad(present.digest())
          || here.map(each -> each.signed().digest().equals(present.digest())).orElse(false)) {
        return false;
      }
      long number = here.map(each -> each.signed().manifest().number()).orElse(-1L);
      if (present.manifest().number() <= number) {
        say(
            "the bundle of "
                + server.get().server()
                + " has the number "
                + present.manifest().number()
                + ", the one here "
                + number
                + ": an older one is not taken");
        return false;
      }
      store.add(present, server.get()::fetch);
      log.info("fetched the agent {} from {}", present.manifest().version(), server.get().server());
      return true;
    } catch (IOException | BundleException | IllegalArgumentException e) {
      say("no new bundle: " + e.getMessage());
      return false;
    }
  }

  /** Says it once, not at each attempt. */
  private void say(String what) {
    if (!what.equals(said)) {
      said = what;
      log.warn("{}", what);
    }
  }

  private Process start(BundleStore.Bundle bundle) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx96m"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-D" + WITH_PARENT + "=true"));
    command.add("-cp");
    command.add(
        bundle.classPath().stream()
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator)));
    command.add(bundle.signed().manifest().main());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Lets it say goodbye. */
  private static void end(Process agent) throws InterruptedException {
    try {
      agent.getOutputStream().close();
    } catch (IOException e) {
      log.debug("the agent's input", e);
    }
    agent.destroy();
    if (!agent.waitFor(TO_END.toMillis(), TimeUnit.MILLISECONDS)) {
      agent.destroyForcibly().waitFor();
    }
  }
}
