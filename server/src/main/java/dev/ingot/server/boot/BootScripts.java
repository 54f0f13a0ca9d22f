package dev.ingot.server.boot;

import dev.ingot.core.Json;
import dev.ingot.core.MacAddress;
import dev.ingot.netboot.Ipv4;
import dev.ingot.server.boot.profiles.BootProfile;
import dev.ingot.server.boot.profiles.BootScript;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The script of one machine. What is meant for it, its ticket above all, goes only to the address
 * that was seen with its MAC while its boot is under way; anybody else gets a script that says so.
 */
final class BootScripts implements BootHttp.Scripts {
  /** So long the same machine at the same address gets the same script again. */
  private static final long KEPT_MILLISECONDS = 1000;

  private static final int MOST_KEPT = 10_000;

  /** So long it may take until the request to boot, just before this one, is on record. */
  private static final Duration RECORDED = Duration.ofSeconds(2);

  private final Map<Asked, Rendered> rendered = new ConcurrentHashMap<>();
  private final Map<Asked, CompletableFuture<String>> making = new ConcurrentHashMap<>();
  private final LongSupplier milliseconds;
  private final Jdbi jdbi;
  private final BootMachines machines;
  private final BootRecords records;
  private final Map<String, BootNetwork> networks;
  private final BootScope scope;
  private final Duration attempt;

  private record Asked(MacAddress mac, Ipv4 address) {}

  private record Rendered(String script, byte[] bytes, long until) {
    private Rendered(String script, long until) {
      this(script, script.getBytes(StandardCharsets.UTF_8), until);
    }
  }

  BootScripts(
      Jdbi jdbi,
      BootMachines machines,
      BootRecords records,
      Map<String, BootNetwork> networks,
      BootScope scope,
      Duration attempt,
      LongSupplier milliseconds) {
    this.milliseconds = milliseconds;
    this.jdbi = jdbi;
    this.machines = machines;
    this.records = records;
    this.networks = networks;
    this.scope = scope;
    this.attempt = attempt;
  }

  /** The same boot asks again: its ticket is still good. */
  @Override
  public byte @Nullable [] kept(MacAddress mac, Ipv4 address) {
    Rendered before = kept(new Asked(mac, address));
    return before == null ? null : before.bytes;
  }

  private @Nullable Rendered kept(Asked asked) {
    Rendered before = rendered.get(asked);
    return before != null && before.until > milliseconds.getAsLong() ? before : null;
  }

  @Override
  public String script(MacAddress mac, Ipv4 address) {
    Asked asked = new Asked(mac, address);
    Rendered before = kept(asked);
    return before != null ? before.script : once(asked);
  }

  /** Made once for all who ask for the same at once. */
  private String once(Asked asked) {
    CompletableFuture<String> mine = new CompletableFuture<>();
    CompletableFuture<String> other = making.putIfAbsent(asked, mine);
    if (other != null) {
      try {
        return other.join();
      } catch (CompletionException failed) {
        throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
      }
    }
    try {
      String script = anew(asked, milliseconds.getAsLong());
      mine.complete(script);
      return script;
    } catch (RuntimeException failed) {
      mine.completeExceptionally(failed);
      throw failed;
    } finally {
      making.remove(asked);
      mine.completeExceptionally(new IllegalStateException("the script was not made"));
    }
  }

  @Override
  public String script(UUID uuid, Ipv4 address) {
    String wanted = BootMachines.uuid(uuid);
    return at(
        address,
        handle -> BootPorts.byUuid(handle, wanted, address.toString(), attempt),
        "no machine with this UUID asked to boot from " + address);
  }

  /**
   * The script of the machine that was seen with an address: for who can name itself no further.
   */
  String script(Ipv4 address) {
    return at(
        address,
        handle -> BootPorts.byAddress(handle, address.toString(), attempt),
        "no machine asked to boot from " + address);
  }

  private String at(
      Ipv4 address, Function<Handle, BootPorts.@Nullable Seen> looking, String reason) {
    records.settle(RECORDED); // an address may have been another machine's until just now
    BootPorts.Seen port = jdbi.withHandle(looking::apply);
    return port == null
        ? withheld(null, null, address, reason)
        : script(MacAddress.parse(port.mac()), address);
  }

  /** Profiles or assignments changed. */
  void forget() {
    rendered.clear();
  }

  private String anew(Asked asked, long now) {
    MacAddress mac = asked.mac;
    Ipv4 address = asked.address;
    BootPorts.Seen port = seen(mac, address);
    BootNetwork network = port == null ? null : networks.get(port.network());
    if (port == null || network == null) {
      return withheld(
          mac,
          null,
          address,
          "this MAC address did not ask to boot on a network that is served here");
    }
    if (!port.fresh()) {
      return withheld(mac, network, address, "its last request to boot was too long ago");
    }
    if (!address.toString().equals(port.address())) {
      String seen =
          port.address() == null
              ? "no address was seen with it"
              : "it was seen with " + port.address();
      return withheld(mac, network, address, "the request came from " + address + ", but " + seen);
    }
    BootMachine machine =
        jdbi.withHandle(handle -> BootMachines.read(handle, mac.value(), port.uuid()));
    BootVerdict verdict =
        BootDecision.decide(port.ofIpxe(), machine, network.settings(), machines::profile);
    if (!(verdict instanceof BootVerdict.Script script)) {
      return withheld(mac, network, address, verdict.reasons().getLast());
    }
    String made = rendered(script.profile(), mac, address, network, machine, port);
    if (!machine.once()) {
      if (rendered.size() >= MOST_KEPT) {
        rendered.clear();
      }
      rendered.put(asked, new Rendered(made, now + KEPT_MILLISECONDS));
    }
    return made;
  }

  private BootPorts.@Nullable Seen seen(MacAddress mac, Ipv4 address) {
    BootPorts.Seen port = jdbi.withHandle(handle -> BootPorts.byMac(handle, mac.value(), attempt));
    if (port != null && port.fresh() && address.toString().equals(port.address())) {
      return port;
    }
    records.settle(RECORDED);
    return jdbi.withHandle(handle -> BootPorts.byMac(handle, mac.value(), attempt));
  }

  private String rendered(
      BootProfile profile,
      MacAddress mac,
      Ipv4 address,
      BootNetwork network,
      BootMachine machine,
      BootPorts.Seen port) {
    try {
      String script =
          jdbi.inTransaction(
              handle -> {
                String made =
                    BootScript.render(
                        profile,
                        scope.files(network),
                        scope.of(
                            handle, profile, template(profile), address, network, machine, port));
                if (machine.once() && machine.node() != null) {
                  BootMachines.used(handle, machine.node());
                }
                return made;
              });
      note(
          "script-sent",
          "iPXE got the script of profile " + profile.name(),
          mac,
          machine.node(),
          network,
          address,
          profile.name());
      return script;
    } catch (BootScript.RenderException broken) {
      String text = "profile " + profile.name() + " cannot be rendered: " + broken.getMessage();
      note("script-failed", text, mac, machine.node(), network, address, profile.name());
      return BootScript.generic(
          "profile " + profile.name() + " cannot be rendered, see ingot boot history " + mac);
    }
  }

  private static String template(BootProfile profile) {
    return profile.arguments() + profile.script();
  }

  private String withheld(
      @Nullable MacAddress mac, @Nullable BootNetwork network, Ipv4 address, String reason) {
    BootMachine machine =
        mac == null
            ? BootMachine.UNKNOWN
            : jdbi.withHandle(handle -> BootMachines.read(handle, mac.value(), null));
    note(
        "script-withheld",
        "a script was asked for and not given: " + reason,
        mac,
        machine.node(),
        network,
        address,
        null);
    return BootScript.generic(reason);
  }

  private void note(
      String kind,
      String text,
      @Nullable MacAddress mac,
      @Nullable String node,
      @Nullable BootNetwork network,
      Ipv4 address,
      @Nullable String profile) {
    ObjectNode data = Json.MAPPER.createObjectNode();
    data.put("address", address.toString()).put("profile", profile).put("text", text);
    records.add(
        new BootRecord(
            mac == null ? null : mac.value(),
            node,
            network == null ? null : network.name(),
            kind,
            text,
            data,
            true,
            null));
  }
}
