package dev.ingot.server.boot;

import dev.ingot.core.Json;
import dev.ingot.core.MacAddress;
import dev.ingot.netboot.Ipv4;
import dev.ingot.netboot.dhcp.BootClient;
import dev.ingot.netboot.dhcp.DhcpAnswer;
import dev.ingot.netboot.dhcp.DhcpAnswer.BootFile;
import dev.ingot.netboot.dhcp.DhcpMessage;
import dev.ingot.netboot.dhcp.DhcpPlanner;
import dev.ingot.netboot.dhcp.DhcpQuery;
import dev.ingot.netboot.dhcp.DhcpReplies;
import dev.ingot.netboot.dhcp.MessageType;
import dev.ingot.netboot.dhcp.OptionCode;
import dev.ingot.server.boot.lease.Leases;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers who boots with a file, and notes the address that another server gave; in networks where
 * addresses are given here, answers everybody with one.
 */
final class BootPlanner implements DhcpPlanner {
  private final BootNetworks networks;
  private final Leases leases;
  private final BootMachines machines;
  private final BootRecords records;
  private final int httpPort;

  /** For what has to wait for the database after all. */
  private final Executor waiting =
      each -> Thread.ofVirtual().name("dhcp-profile").start(each); // ends with its answer

  BootPlanner(
      BootNetworks networks,
      Leases leases,
      BootMachines machines,
      BootRecords records,
      int httpPort) {
    this.networks = networks;
    this.leases = leases;
    this.machines = machines;
    this.records = records;
    this.httpPort = httpPort;
  }

  @Override
  public DhcpAnswer answer(DhcpQuery query) {
    BootNetwork network = networks.of(query);
    MacAddress mac = query.message().mac();
    if (network == null) {
      return silence("nobody named the network that it is in");
    }
    if (mac == null) {
      return silence("its hardware is not Ethernet");
    }
    if (network.settings().dhcp().gives() && !query.bootServerPort()) {
      return withAddress(query, mac, network, machines.of(mac.value(), query.client()));
    }
    if (!query.client().boots()) {
      return silence("it asks for an address and for nothing to boot");
    }
    String elsewhere = elsewhere(query, network);
    if (elsewhere != null) {
      return silence(elsewhere);
    }
    return boot(query, mac, network, machines.of(mac.value(), query.client()));
  }

  /**
   * Those that want an address of us and nothing to boot, which come by the thousand: nobody waits
   * for each of them.
   */
  @Override
  public @Nullable CompletableFuture<DhcpAnswer> later(DhcpQuery query) {
    BootNetwork network = networks.of(query);
    MacAddress mac = query.message().mac();
    if (network == null
        || mac == null
        || query.client().boots()
        || query.bootServerPort()
        || !network.settings().dhcp().gives()) {
      return null;
    }
    return machines
        .later(mac.value(), query.client())
        .thenCompose(machine -> later(query, mac, network, machine));
  }

  private CompletableFuture<DhcpAnswer> later(
      DhcpQuery query, MacAddress mac, BootNetwork network, BootMachine machine) {
    String profile = BootDecision.profile(machine, network.settings());
    if (!machines.keepsProfile(profile)) {
      return CompletableFuture.supplyAsync(
          () -> withAddress(query, mac, network, machine), waiting);
    }
    String refusal = refusal(query, mac, network, machine);
    return refusal != null
        ? CompletableFuture.completedFuture(silence(refusal))
        : leases.later(query.message(), mac, network.name(), called(query, network));
  }

  private @Nullable String refusal(
      DhcpQuery query, MacAddress mac, BootNetwork network, BootMachine machine) {
    return BootDecision.refusal(
        new BootAsk(mac.value(), query.client()), machine, network.settings(), machines::profile);
  }

  private static Ipv4 called(DhcpQuery query, BootNetwork network) {
    return DhcpReplies.serverIdentifier(query.message(), network.address());
  }

  /** An address for everybody who may have one; for who boots, a file with it. */
  private DhcpAnswer withAddress(
      DhcpQuery query, MacAddress mac, BootNetwork network, BootMachine machine) {
    String refusal = refusal(query, mac, network, machine);
    if (refusal != null) {
      return silence(refusal);
    }
    DhcpAnswer address =
        leases.answer(query.message(), mac, network.name(), called(query, network));
    if (!(address instanceof DhcpAnswer.Grant granted) || !query.client().boots()) {
      return address;
    }
    DhcpAnswer boot = boot(query, mac, network, machine);
    List<String> reasons = new ArrayList<>(boot.reasons());
    reasons.addAll(granted.reasons());
    BootFile file = boot instanceof DhcpAnswer.Grant grant ? grant.bootFile() : null;
    return new DhcpAnswer.Grant(granted.lease(), file, reasons);
  }

  private DhcpAnswer boot(
      DhcpQuery query, MacAddress mac, BootNetwork network, BootMachine machine) {
    BootVerdict verdict =
        BootDecision.decide(
            new BootAsk(mac.value(), query.client()),
            machine,
            network.settings(),
            machines::profile);
    return switch (verdict) {
      case BootVerdict.Nothing nothing -> {
        if (machine.once() && machine.node() != null) {
          machines.used(machine.node()); // its disk, once: this is that boot
        }
        yield new DhcpAnswer.Silence(nothing.reasons());
      }
      case BootVerdict.FirstFile first ->
          grant(
              network,
              first.http() ? files(network) + first.file() : first.file(),
              first.reasons());
      case BootVerdict.Script script ->
          grant(
              network,
              "http://" + network.address() + ":" + httpPort + "/boot/ipxe?mac=" + mac,
              script.reasons());
    };
  }

  private String files(BootNetwork network) {
    return "http://" + network.address() + ":" + httpPort + "/files/";
  }

  private static DhcpAnswer grant(BootNetwork network, String file, List<String> reasons) {
    return new DhcpAnswer.Grant(null, new BootFile(network.address(), file), reasons);
  }

  /**
   * Why a message is not for us: another server was chosen, or the machine is not in a network that
   * was named.
   */
  private static @Nullable String elsewhere(DhcpQuery query, BootNetwork network) {
    DhcpMessage message = query.message();
    MessageType type = message.options().messageType();
    Ipv4 chosen = message.options().address(OptionCode.SERVER_IDENTIFIER);
    if (type == MessageType.REQUEST
        && !query.bootServerPort()
        && !network.address().equals(chosen)) {
      return "it takes the address that another server offered";
    }
    if (type != MessageType.DISCOVER && type != MessageType.REQUEST && type != MessageType.INFORM) {
      return "a message that is owed no answer";
    }
    boolean here = message.client().isNone() || network.holds(message.client());
    return here || !message.relay().isNone()
        ? null
        : message.client() + " is not an address of network " + network.name();
  }

  private static DhcpAnswer silence(String reason) {
    return new DhcpAnswer.Silence(List.of(reason));
  }

  /** Writes the evidence: who asked what, and what left. */
  @Override
  public void dealtWith(DhcpQuery query, DhcpAnswer answer, boolean sent) {
    BootNetwork network = networks.of(query);
    MacAddress mac = query.message().mac();
    boolean boots = query.client().boots();
    if (network == null || mac == null) {
      return;
    }
    Ipv4 address = address(query.message(), answer);
    if (!boots && address == null) {
      return;
    }
    BootMachine machine = boots ? machines.of(mac.value(), query.client()) : BootMachine.UNKNOWN;
    if (!records.isWanted(machine.node())) {
      return;
    }
    BootClient client = query.client();
    MessageType type = query.message().options().messageType();
    String asked = type == null ? "" : type.name().toLowerCase(java.util.Locale.ROOT);
    String kind = kind(type, answer, sent);
    ObjectNode data = Json.MAPPER.createObjectNode();
    data.put("asked", asked).put("client", client.kind().name().toLowerCase(java.util.Locale.ROOT));
    data.put("architecture", client.architectureCode()).put("network", network.name());
    if (answer instanceof DhcpAnswer.Grant grant && grant.bootFile() != null) {
      data.put("file", grant.bootFile().name());
    }
    if (address != null) {
      data.put("address", address.toString());
    }
    data.set("reasons", Json.MAPPER.valueToTree(answer.reasons()));
    records.take(
        new BootRecord(
            mac.value(),
            machine.node(),
            network.name(),
            kind,
            text(asked, client, answer, sent),
            data,
            sent && boots && !(answer instanceof DhcpAnswer.Refusal),
            new BootRecord.Sighting(
                address == null ? null : address.toString(),
                client.uuid() == null ? null : BootMachines.uuid(client.uuid()),
                client.architectureCode())));
  }

  private static String text(String asked, BootClient client, DhcpAnswer answer, boolean sent) {
    String who =
        client.kind() == BootClient.Kind.OTHER
            ? "an operating system"
            : client.kind() == BootClient.Kind.IPXE ? "iPXE" : "firmware";
    return who + " sent DHCP " + asked + ": " + what(answer, sent);
  }

  private static String what(DhcpAnswer answer, boolean sent) {
    if (!sent || !(answer instanceof DhcpAnswer.Grant grant)) {
      return (sent ? "refused, " : "no answer, ") + answer.reasons().getLast();
    }
    List<String> parts = new ArrayList<>();
    if (grant.lease() != null) {
      parts.add(grant.lease().address().toString());
    }
    parts.add(
        grant.bootFile() != null
            ? grant.bootFile().name()
            : "nothing to boot, " + grant.reasons().getFirst());
    return "offered " + String.join(" and ", parts);
  }

  private static String kind(@Nullable MessageType type, DhcpAnswer answer, boolean sent) {
    if (!sent) {
      return "dhcp-heard";
    }
    if (answer instanceof DhcpAnswer.Refusal) {
      return "dhcp-refused";
    }
    return type == MessageType.DISCOVER ? "dhcp-offered" : "dhcp-acknowledged";
  }

  /** The address that it was given, asks another server for, or has. */
  private static @Nullable Ipv4 address(DhcpMessage message, DhcpAnswer answer) {
    MessageType type = message.options().messageType();
    if (answer instanceof DhcpAnswer.Refusal || type == MessageType.RELEASE) {
      return null;
    }
    if (type == MessageType.REQUEST
        && answer instanceof DhcpAnswer.Grant grant
        && grant.lease() != null) {
      return grant.lease().address();
    }
    if (!message.client().isNone()) {
      return message.client();
    }
    return type == MessageType.REQUEST
        ? message.options().address(OptionCode.REQUESTED_ADDRESS)
        : null;
  }
}
