package dev.ingot.server.boot;

import dev.ingot.core.Json;
import dev.ingot.netboot.dhcp.BootArchitecture;
import dev.ingot.netboot.dhcp.BootClient;
import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.boot.profiles.Profiles;
import dev.ingot.server.http.Page;
import dev.ingot.server.http.QueryParameters;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import dev.ingot.server.nodes.VisibleNodes;
import dev.ingot.server.nodes.lookup.LookupKey;
import dev.ingot.server.problem.Problem;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** What is answered, what a machine would get, and what came of its boots: {@code /api/v1/boot}. */
final class BootRoutes implements Routes {
  private static final int MOST_RECORDS = 1000;

  private final Jdbi jdbi;
  private final Profiles profiles;
  private final VisibleNodes visible;
  private final Map<String, BootNetwork> networks;
  private final NetbootSettings settings;

  BootRoutes(
      Jdbi jdbi,
      Profiles profiles,
      VisibleNodes visible,
      Map<String, BootNetwork> networks,
      NetbootSettings settings) {
    this.jdbi = jdbi;
    this.profiles = profiles;
    this.visible = visible;
    this.networks = networks;
    this.settings = settings;
  }

  record Network(
      String name,
      String networkInterface,
      String address,
      String prefix,
      int prefixLength,
      String addresses,
      String clients,
      String unknown,
      String known,
      String files) {}

  /**
   * @param asks who asks, in words
   * @param gets what it gets, null for no answer
   */
  record Step(String asks, @Nullable String gets, List<String> reasons) {}

  record Explained(
      String mac,
      @Nullable String node,
      String network,
      @Nullable String address,
      boolean bootUnderWay,
      List<Step> steps) {}

  record History(List<BootTimeline.Attempt> attempts) {}

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get("/api/v1/boot/networks", this::networks, Role.READER);
    routes.get("/api/v1/boot/explain", this::explain, Role.READER);
    routes.get("/api/v1/boot/history", this::history, Role.READER);
  }

  private void networks(Context context) {
    Requests.query(context);
    context.json(
        new Page<>(networks.values().stream().map(each -> shown(each, settings)).toList(), null));
  }

  static Network shown(BootNetwork network, NetbootSettings settings) {
    return new Network(
        network.name(),
        network.settings().networkInterface(),
        network.address().toString(),
        network.prefix() + "/" + network.prefixLength(),
        network.prefixLength(),
        word(network.settings().dhcp().mode()),
        word(network.settings().clients()),
        network.settings().unknown(),
        network.settings().known(),
        "http://" + network.address() + ":" + settings.ports().http() + "/files/");
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(java.util.Locale.ROOT);
  }

  /** What a machine would get now, step by step; nothing is sent and nothing is used up. */
  private void explain(Context context) {
    QueryParameters query = Requests.query(context, "key", "architecture", "network");
    String key = query.text("key");
    if (key == null) {
      throw Problem.invalid("key", "must be a MAC address or a node's id");
    }
    BootArchitecture architecture = architecture(query.text("architecture"));
    context.json(
        jdbi.withHandle(
            handle ->
                explain(
                    handle,
                    Requests.principal(context),
                    key,
                    architecture,
                    query.text("network"))));
  }

  private static @Nullable BootArchitecture architecture(@Nullable String word) {
    if (word == null) {
      return null;
    }
    return BootDecision.WORDS.entrySet().stream()
        .filter(entry -> entry.getValue().equals(word) && !entry.getKey().http())
        .map(Map.Entry::getKey)
        .min(java.util.Comparator.naturalOrder())
        .orElseThrow(
            () ->
                Problem.invalid(
                    "architecture",
                    "must be one of "
                        + BootDecision.WORDS.values().stream().distinct().sorted().toList()));
  }

  private Explained explain(
      Handle handle,
      Principal who,
      String key,
      @Nullable BootArchitecture asked,
      @Nullable String networkName) {
    String mac =
        LookupKey.isMac(key)
            ? LookupKey.mac(key)
            : macOf(handle, visible.resolve(handle, who, key));
    BootPorts.Seen seen = BootPorts.byMac(handle, mac, settings.attempt());
    BootNetwork network = network(networkName, seen);
    BootArchitecture architecture =
        asked != null
            ? asked
            : seen == null || seen.architecture() == null
                ? BootArchitecture.UEFI_X86_64
                : BootArchitecture.of(seen.architecture());
    UUID uuid = seen == null || seen.uuid() == null ? null : UUID.fromString(seen.uuid());
    BootMachine machine = BootMachines.read(handle, mac, seen == null ? null : seen.uuid());
    List<Step> steps = new ArrayList<>();
    for (BootClient.Kind kind : List.of(BootClient.Kind.PXE, BootClient.Kind.IPXE)) {
      BootClient client =
          new BootClient(
              kind,
              architecture,
              architecture == null ? -1 : architecture.code(),
              uuid,
              null,
              null);
      BootVerdict verdict =
          BootDecision.decide(
              new BootAsk(mac, client),
              machine,
              network.settings(),
              name -> profiles.find(handle, name));
      String asks =
          kind == BootClient.Kind.IPXE
              ? "iPXE"
              : "firmware ("
                  + (architecture == null ? "unknown" : BootDecision.WORDS.get(architecture))
                  + ")";
      steps.add(new Step(asks, gets(verdict), verdict.reasons()));
    }
    return new Explained(
        mac,
        machine.node(),
        network.name(),
        seen == null ? null : seen.address(),
        seen != null && seen.fresh(),
        steps);
  }

  private static @Nullable String gets(BootVerdict verdict) {
    return switch (verdict) {
      case BootVerdict.Nothing ignored -> null;
      case BootVerdict.FirstFile first -> first.file();
      case BootVerdict.Script script -> "the script of profile " + script.profile().name();
    };
  }

  private BootNetwork network(@Nullable String name, BootPorts.@Nullable Seen seen) {
    if (networks.isEmpty()) {
      throw Problem.conflict("this server answers no network: name one under netboot.networks");
    }
    if (name != null) {
      BootNetwork named = networks.get(name);
      if (named == null) {
        throw Problem.invalid(
            "network", "must be one of " + networks.keySet().stream().sorted().toList());
      }
      return named;
    }
    BootNetwork last = seen == null ? null : networks.get(seen.network());
    return last != null ? last : networks.values().iterator().next();
  }

  /**
   * Those that identify it, those that are only in its inventory, as a virtual machine's are, and
   * those that booted with its UUID: its inventory may be still to come.
   */
  private static final String MACS_OF_NODE =
      """
      SELECT value, true AS identifies FROM node_identifier WHERE node = :node AND kind = 'mac'
      UNION
      SELECT value, false FROM node_address WHERE node = :node AND kind = 'mac'
      UNION
      SELECT b.mac, false FROM node_identifier u JOIN boot_port b ON b.uuid = u.value
      WHERE u.node = :node AND u.kind = 'uuid'\
      """;

  private static String macOf(Handle handle, String node) {
    return handle
        .createQuery(
            """
            SELECT i.value FROM (%s) AS i LEFT JOIN boot_port p ON p.mac = i.value
            ORDER BY p.seen DESC NULLS LAST, i.identifies DESC, i.value LIMIT 1
            """
                .formatted(MACS_OF_NODE))
        .bind("node", node)
        .mapTo(String.class)
        .findOne()
        .orElseThrow(
            () -> Problem.conflict("node " + node + " has no MAC address that is known; name one"));
  }

  private void history(Context context) {
    QueryParameters query = Requests.query(context, "key");
    String key = query.text("key");
    if (key == null) {
      throw Problem.invalid("key", "must be a MAC address or a node's id");
    }
    Principal who = Requests.principal(context);
    context.json(
        jdbi.withHandle(
            handle -> {
              List<String> macs = LookupKey.isMac(key) ? List.of(LookupKey.mac(key)) : List.of();
              String node = macs.isEmpty() ? visible.resolve(handle, who, key) : "";
              Instant now =
                  handle.createQuery("SELECT now()").mapTo(OffsetDateTime.class).one().toInstant();
              return new History(
                  BootTimeline.of(rows(handle, node, macs), settings.attempt(), now));
            }));
  }

  /**
   * The newest, oldest first. A node's records are those of its ports, from before it was known
   * too.
   */
  private static List<BootTimeline.Row> rows(Handle handle, String node, List<String> macs) {
    List<BootTimeline.Row> rows =
        new ArrayList<>(
            handle
                .createQuery(
                    """
                    SELECT id, at, mac, kind, text, data::text AS data FROM boot_record
                    WHERE mac = ANY (:macs)
                       OR mac IN (SELECT value FROM (%s) AS i)
                       OR node = :node
                    ORDER BY id DESC LIMIT :most
                    """
                        .formatted(MACS_OF_NODE))
                .bind("macs", new dev.ingot.server.nodes.TextArray(macs))
                .bind("node", node)
                .bind("most", MOST_RECORDS)
                .map(
                    (row, context) ->
                        new BootTimeline.Row(
                            row.getLong("id"),
                            row.getObject("at", OffsetDateTime.class).toInstant(),
                            row.getString("mac"),
                            row.getString("kind"),
                            row.getString("text"),
                            Json.read(row.getString("data"))))
                .list());
    java.util.Collections.reverse(rows);
    return rows;
  }
}
