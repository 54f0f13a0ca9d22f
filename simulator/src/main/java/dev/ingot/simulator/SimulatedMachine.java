package dev.ingot.simulator;

import dev.ingot.agent.link.Myself;
import dev.ingot.agent.link.Sections;
import dev.ingot.core.IdentityFacts;
import dev.ingot.protocol.FieldClasses;
import dev.ingot.protocol.Section;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * A machine that is not there: everything about it follows from the fleet's seed and its number, so
 * the same fleet comes back as the same machines. Its sections are made when they are asked for,
 * because ten thousand of 20 kB each would not fit beside the server.
 */
final class SimulatedMachine {
  private final long seed;
  private final int number;

  SimulatedMachine(long seed, int number) {
    this.seed = seed;
    this.number = number;
  }

  /** The stream of random numbers of one aspect of the machine. */
  private RandomGenerator random(String aspect) {
    return new SplittableRandom(
        seed * 0x9E3779B97F4A7C15L + number * 31L + aspect.hashCode() * 1_000_003L);
  }

  /** The key that the agent made for itself, 64 hex digits. */
  String key() {
    byte[] key = new byte[32];
    random("key").nextBytes(key);
    return HexFormat.of().formatHex(key);
  }

  String hostname() {
    return "sim-%05d".formatted(number);
  }

  private MachineModel model() {
    return MachineModel.ALL.get(random("model").nextInt(MachineModel.ALL.size()));
  }

  private String uuid() {
    RandomGenerator random = random("uuid");
    return new UUID(random.nextLong(), random.nextLong()).toString().toUpperCase(Locale.ROOT);
  }

  private String serial() {
    return "SIM%04X%05d".formatted((int) (seed & 0xFFFF), number);
  }

  /**
   * The MAC of one of its ports: universally administered, of a vendor that makes network cards.
   */
  String mac(int port) {
    return "b4:96:91:%02x:%02x:%02x"
        .formatted((number >> 10) & 0xFF, (number >> 2) & 0xFF, (number & 3) << 6 | port);
  }

  /** What its agent says in every hello of one process. */
  Myself myself(String agentVersion, String bootId, String incarnation) {
    MachineModel model = model();
    List<IdentityFacts.Port> ports =
        java.util.stream.IntStream.range(0, model.ports())
            .mapToObj(
                port ->
                    new IdentityFacts.Port(
                        "eno" + (port + 1), mac(port), mac(port), port < 2, true))
            .toList();
    IdentityFacts facts =
        new IdentityFacts(uuid(), serial(), null, serial(), null, "B" + serial(), ports, null);
    return new Myself(agentVersion, facts, bootId, incarnation, hostname());
  }

  int number() {
    return number;
  }

  /** The sections, digests computed once, contents made anew each time. */
  Sections sections(Behaviour behaviour) {
    Map<String, Supplier<Section>> makers = new HashMap<>(makers());
    if (behaviour == Behaviour.FAILING) {
      makers.replace(
          "usb", () -> new Section("usb", null, "simulated failure", FieldClasses.ALL_CONFIG));
    }
    if (behaviour == Behaviour.LYING) {
      makers.replace("dmi", () -> model().dmi(uuid(), "To Be Filled By O.E.M."));
    }
    SortedMap<String, String> digests = new TreeMap<>();
    makers.forEach((name, maker) -> digests.put(name, maker.get().digest()));
    return new Sections() {
      @Override
      public SortedMap<String, String> digests() {
        return digests;
      }

      @Override
      public Section section(String name) {
        Supplier<Section> maker = makers.get(name);
        if (maker == null) {
          throw new IllegalArgumentException("no section " + name);
        }
        return maker.get();
      }
    };
  }

  private Map<String, Supplier<Section>> makers() {
    MachineModel model = model();
    return Map.of(
        "cpu", () -> model.cpu(),
        "mem", () -> model.mem(random("mem")),
        "dmi", () -> model.dmi(uuid(), serial()),
        "interfaces", () -> model.interfaces(this::mac, number),
        "os_storage", () -> model.storage(random("disks")),
        "pci", () -> model.pci(random("pci")),
        "usb", () -> model.usb(),
        "routes", () -> model.routes(number));
  }
}
