package dev.ingot.server.boot;

import dev.ingot.netboot.dhcp.DhcpReplies.Ports;
import dev.ingot.netboot.dhcp.DhcpServer;
import dev.ingot.netboot.socket.PortHolder;
import dev.ingot.netboot.syslog.SourceLimit;
import dev.ingot.netboot.syslog.SyslogServer;
import dev.ingot.netboot.tftp.TftpServer;
import dev.ingot.server.access.Audit;
import dev.ingot.server.boot.NetbootSettings.PortSettings;
import dev.ingot.server.boot.lease.AddressSource;
import dev.ingot.server.boot.lease.Leases;
import dev.ingot.server.boot.mirror.Mirrors;
import dev.ingot.server.boot.profiles.Profiles;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.http.Metrics;
import dev.ingot.server.http.Routes;
import dev.ingot.server.logs.LogStore;
import dev.ingot.server.nodes.VisibleNodes;
import dev.ingot.server.nodes.joining.BootTickets;
import dev.ingot.server.store.AppendOnlyTable;
import dev.ingot.server.store.Store;
import dev.ingot.server.store.WakeUps;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The feature: its doors, made once. Without a network in the settings nothing listens. */
public final class Boot implements AutoCloseable {
  public static final AppendOnlyTable RECORDS = BootRecords.TABLE;
  private static final Logger LOG = LoggerFactory.getLogger(Boot.class);
  private static final String TOPIC = "boot";

  private final NetbootSettings settings;
  private final Map<String, BootNetwork> networks = new ConcurrentSkipListMap<>();
  private final BootRecords records;
  private final BootEvidence evidence;
  private final BootMachines machines;
  private final BootScripts scripts;
  private final BootTemplates templates;
  private final Leases leases;
  private final SyslogIntake intake;
  private final SourceLimit syslogLimit;
  private final Path folder;
  private final InstantSource clock;
  private final LongSupplier milliseconds;
  private final List<Routes> routes;
  private final List<AutoCloseable> running = new ArrayList<>();
  private final OpenedNetworks opened;
  private final Path mirrored;
  private @Nullable Mirrors mirrors;
  private boolean listening;

  /**
   * @param addresses the books of addresses, for networks where addresses are given here
   * @param apiPort where this server's API listens, for machines that boot
   * @param apiTls whether it speaks TLS there
   * @param nanos a running count of nanoseconds
   */
  public Boot(
      Store store,
      WakeUps wakeUps,
      Outbox outbox,
      Audit audit,
      VisibleNodes visible,
      BootTickets tickets,
      Duration ticketLifetime,
      LogStore logs,
      AddressSource addresses,
      NetbootSettings settings,
      Path dataFolder,
      int apiPort,
      boolean apiTls,
      InstantSource clock,
      LongSupplier nanos) {
    this.settings = settings;
    this.clock = clock;
    this.milliseconds = () -> nanos.getAsLong() / 1_000_000;
    this.mirrored = dataFolder.resolve("mirrors");
    this.folder = settings.folder() == null ? dataFolder.resolve("boot") : settings.folder();
    settings
        .networks()
        .forEach((name, network) -> networks.put(name, BootNetwork.open(name, network)));
    this.leases =
        new Leases(
            store.ingest(),
            addresses,
            networks.values().stream()
                .filter(each -> each.settings().dhcp().gives())
                .map(Boot::leaseNetwork)
                .toList(),
            milliseconds);
    Profiles profiles = new Profiles(audit);
    this.records = new BootRecords(store.ingest(), store.diskPressure(), outbox, milliseconds);
    this.evidence = new BootEvidence(store.engine(), records, settings.attempt(), milliseconds);
    this.machines = new BootMachines(store.engine(), profiles, milliseconds);
    Map<String, BootNetwork> byName = Collections.unmodifiableMap(networks);
    BootScope scope = new BootScope(tickets, urls(apiPort, apiTls), ticketLifetime, addresses);
    this.scripts =
        new BootScripts(
            store.engine(), machines, records, byName, scope, settings.attempt(), milliseconds);
    this.templates =
        new BootTemplates(store.engine(), machines, records, byName, scope, settings.attempt());
    wakeUps.on(
        TOPIC,
        () -> {
          machines.forget();
          scripts.forget();
        });
    this.intake =
        new SyslogIntake(
            store.engine(),
            logs,
            new SyslogEvents(settings.syslogRules(), store.ingest(), outbox),
            milliseconds);
    this.syslogLimit = new SourceLimit(settings.syslogRate());
    this.opened =
        new OpenedNetworks(store.engine(), audit, networks, each -> open(List.of(each)), apiTls);
    this.routes =
        List.of(
            new BootRoutes(store.api(), profiles, visible, byName, settings),
            new LeaseRoutes(store.api(), audit),
            new ProfileRoutes(store.api(), profiles, audit, visible, () -> wakeUps.wake(TOPIC)),
            new NetworkRoutes(opened, settings));
  }

  /** How machines of a network reach an API that listens elsewhere; before {@link #start}. */
  public void doorIs(ApiDoor door) {
    opened.doorIs(door);
  }

  private static Leases.Network leaseNetwork(BootNetwork network) {
    return new Leases.Network(
        network.name(),
        network.settings().dhcp(),
        network.prefix(),
        network.prefixLength(),
        network.address());
  }

  private BootScope.Urls urls(int apiPort, boolean apiTls) {
    return new BootScope.Urls() {
      @Override
      public String server(BootNetwork network) {
        String said = settings.serverUrl();
        return said != null
            ? said
            : (apiTls ? "https://" : "http://") + network.address() + ":" + apiPort;
      }

      @Override
      public String files(BootNetwork network) {
        return "http://" + network.address() + ":" + settings.ports().http() + "/files/";
      }

      @Override
      public String syslog(BootNetwork network) {
        return settings.syslog() ? network.address() + ":" + settings.ports().syslog() : "";
      }
    };
  }

  public List<Routes> routes() {
    return routes;
  }

  /**
   * Opens the ports.
   *
   * @throws IllegalStateException one line for the person who starts the server: which port is
   *     taken, and by whom
   */
  public void start() {
    if (networks.isEmpty()) {
      return;
    }
    leases.start();
    try {
      running.addAll(open(networks.values()));
    } catch (IOException failed) {
      throw new IllegalStateException(
          "cannot answer machines that boot: " + failed.getMessage(), failed);
    }
    networks
        .values()
        .forEach(
            network ->
                LOG.info(
                    "answers machines that boot in {} ({}, {})",
                    network.name(),
                    network.settings().networkInterface(),
                    network.address()));
  }

  /** Networks that were opened while a server ran here are answered again; once the API listens. */
  public void reopen() {
    opened.reopen();
  }

  /** Takes what the ports hear, from the first network on. */
  private synchronized void listen() {
    if (!listening) {
      listening = true;
      records.start();
      evidence.start();
      intake.start();
    }
  }

  /** Opens the ports on some networks; none is left open when one fails. */
  private List<AutoCloseable> open(Collection<BootNetwork> asked) throws IOException {
    listen();
    List<AutoCloseable> doors = new ArrayList<>();
    boolean all = false;
    try {
      open(asked, doors);
      all = true;
      return doors;
    } finally {
      if (!all) {
        close(doors);
      }
    }
  }

  private void open(Collection<BootNetwork> asked, List<AutoCloseable> doors) throws IOException {
    PortSettings ports = settings.ports();
    List<String> addresses = addresses(asked);
    BootFiles files = new BootFiles(folder, scripts::script, templates, evidence, milliseconds);
    BootHttp http =
        new BootHttp(addresses, ports.http(), files.paths(), mirrors(), scripts, evidence);
    doors.add(http);
    http.start();
    List<InetSocketAddress> tftp =
        addresses.stream().map(address -> new InetSocketAddress(address, ports.tftp())).toList();
    doors.add(named(ports.tftp(), () -> TftpServer.start(tftp, files, milliseconds)));
    if (settings.syslog()) {
      for (String address : addresses) {
        InetSocketAddress at = new InetSocketAddress(address, ports.syslog());
        doors.add(named(ports.syslog(), () -> SyslogServer.start(at, intake, syslogLimit, clock)));
      }
    }
    List<DhcpServer.Listening> interfaces =
        asked.stream()
            .map(
                each ->
                    new DhcpServer.Listening(each.settings().networkInterface(), each.address()))
            .distinct()
            .toList();
    BootPlanner planner =
        new BootPlanner(new BootNetworks(asked), leases, machines, records, ports.http());
    doors.add(
        named(
            ports.dhcp(),
            () ->
                DhcpServer.start(
                    interfaces,
                    new Ports(ports.dhcp(), ports.dhcpClient(), ports.bootServer()),
                    planner)));
  }

  private synchronized @Nullable Mirrors mirrors() throws IOException {
    if (mirrors == null && !settings.mirrors().isEmpty()) {
      mirrors = new Mirrors(settings.mirrors(), mirrored, settings.mirrorCache().bytes(), clock);
    }
    return mirrors;
  }

  private static List<String> addresses(Collection<BootNetwork> asked) {
    return asked.stream().map(network -> network.address().toString()).distinct().toList();
  }

  private interface Opening<T> {
    T open() throws IOException;
  }

  private static <T> T named(int port, Opening<T> opening) throws IOException {
    try {
      return opening.open();
    } catch (IOException failed) {
      if (String.valueOf(failed.getMessage()).contains("ermission denied")) {
        throw new IOException(
            "port "
                + port
                + "/udp cannot be opened: permission denied; give the program CAP_NET_BIND_SERVICE"
                + " (docs/services.md), or another port under netboot.ports",
            failed);
      }
      if (!(failed instanceof BindException taken)) {
        throw failed;
      }
      List<String> holders = PortHolder.of(port);
      throw new IOException(
          "port "
              + port
              + "/udp cannot be opened: "
              + taken.getMessage()
              + (holders.isEmpty() ? "" : "; it is held by " + String.join(", ", holders)),
          taken);
    }
  }

  public void measure(Metrics metrics) {
    metrics.counter(
        "ingot.boot.dropped",
        "records of boots for which there was no room",
        () -> records.dropped() + evidence.dropped());
    metrics.counter("ingot.syslog.received", "lines of machines", intake::received);
    metrics.counter(
        "ingot.syslog.dropped", "lines of machines for which there was no room", intake::dropped);
  }

  @Override
  public void close() {
    opened.close();
    close(running);
    leases.close();
    Mirrors open = mirrors;
    if (open != null) {
      open.close();
    }
    intake.close();
    evidence.close();
    records.close();
  }

  private static void close(List<AutoCloseable> doors) {
    for (AutoCloseable each : doors.reversed()) {
      try {
        each.close();
      } catch (Exception failed) {
        LOG.warn("a boot service did not close: {}", failed.toString());
      }
    }
    doors.clear();
  }
}
