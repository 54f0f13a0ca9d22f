package dev.ingot.server.boot;

import dev.ingot.netboot.Ipv4;
import dev.ingot.server.boot.profiles.BootProfile;
import dev.ingot.server.boot.profiles.BootScript;
import java.time.Duration;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Files of the operator's own that are rendered for the machine that asks for them, under the rules
 * of scripts: only while its boot is under way, and only at the address that was seen with it.
 */
final class BootTemplates {
  /** As for scripts: so long it may take until the request to boot is on record. */
  private static final Duration RECORDED = Duration.ofSeconds(2);

  private final Jdbi jdbi;
  private final BootMachines machines;
  private final BootRecords records;
  private final Map<String, BootNetwork> networks;
  private final BootScope scope;
  private final Duration attempt;

  BootTemplates(
      Jdbi jdbi,
      BootMachines machines,
      BootRecords records,
      Map<String, BootNetwork> networks,
      BootScope scope,
      Duration attempt) {
    this.jdbi = jdbi;
    this.machines = machines;
    this.records = records;
    this.networks = networks;
    this.scope = scope;
    this.attempt = attempt;
  }

  /** A template that this client does not get; the message says why, and is no secret. */
  static final class WithheldException extends RuntimeException {
    private static final long serialVersionUID = 1;

    WithheldException(String message) {
      super(message);
    }
  }

  /**
   * The template for the machine that has the address.
   *
   * @throws WithheldException when no machine that may have it does, or it cannot be rendered
   */
  String render(String template, Ipv4 address) {
    records.settle(RECORDED); // an address may have been another machine's until just now
    try {
      return jdbi.inTransaction(handle -> render(handle, template, address));
    } catch (BootScript.RenderException broken) {
      throw new WithheldException("it cannot be rendered: " + broken.getMessage());
    }
  }

  private String render(Handle handle, String template, Ipv4 address) {
    BootPorts.Seen port = BootPorts.byAddress(handle, address.toString(), attempt);
    BootNetwork network = port == null ? null : networks.get(port.network());
    if (port == null || network == null) {
      throw new WithheldException("no machine asked to boot from " + address);
    }
    if (!port.fresh()) {
      throw new WithheldException("the last request to boot from " + address + " was too long ago");
    }
    BootMachine machine = BootMachines.read(handle, port.mac(), port.uuid());
    BootVerdict verdict =
        BootDecision.decide(port.ofIpxe(), machine, network.settings(), machines::profile);
    if (!(verdict instanceof BootVerdict.Script script)) {
      throw new WithheldException(verdict.reasons().getLast());
    }
    BootProfile profile = script.profile();
    return BootScript.text(
        template, scope.of(handle, profile, template, address, network, machine, port));
  }
}
