package dev.ingot.server.agents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.agent.link.LinkNews;
import dev.ingot.agent.link.Sections;
import dev.ingot.protocol.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LinkSimulationTest {
  private static final int AGENTS = 6;
  private static final List<String> NAMES = List.of("cpu", "mem", "pci", "usb");

  @Test
  void whateverTheNetworkDoesTheInventoryEndsAsTheMachinesAre() {
    for (long seed = 1; seed <= 60; seed++) {
      SimulatedWorld world = new SimulatedWorld(seed);
      List<SimulatedWorld.Agent> agents = new ArrayList<>();
      List<Map<String, Section>> truth = new ArrayList<>();
      for (int i = 0; i < AGENTS; i++) {
        Map<String, Section> sections = new TreeMap<>();
        NAMES.forEach(name -> sections.put(name, version(world, name, 0)));
        truth.add(sections);
        agents.add(world.new Agent(i, Sections.of(List.copyOf(sections.values()))));
      }
      for (int step = 1; step <= 60; step++) {
        world.run(world.random.nextInt(8_000));
        disturb(world, agents, truth, step);
      }
      if (world.server == null) {
        world.startServer();
      }
      world.run(240_000);
      for (int i = 0; i < AGENTS; i++) {
        assertThat(agents.get(i).machine.linked()).as("seed %d agent %d", seed, i).isTrue();
        assertThat(world.inventory.digests(Agents.nodeId(i)))
            .as("seed %d agent %d", seed, i)
            .isEqualTo(Sections.of(List.copyOf(truth.get(i).values())).digests());
      }
      List.copyOf(world.connections).forEach(each -> each.breakOff("connection reset"));
      world.run(900);
      assertThat(world.desk.free()).as("seed %d", seed).isEqualTo(SimulatedWorld.CREDIT);
    }
  }

  private static void disturb(
      SimulatedWorld world,
      List<SimulatedWorld.Agent> agents,
      List<Map<String, Section>> truth,
      int step) {
    int which = world.random.nextInt(agents.size());
    switch (world.random.nextInt(6)) {
      case 0 -> {
        if (!world.connections.isEmpty()) {
          world
              .connections
              .get(world.random.nextInt(world.connections.size()))
              .breakOff("connection reset");
        }
      }
      case 1 -> {
        if (!world.connections.isEmpty()) {
          world.connections.get(world.random.nextInt(world.connections.size())).silent = true;
        }
      }
      case 2 -> {
        if (world.server == null) {
          world.startServer();
        } else if (world.random.nextInt(3) == 0) {
          world.killServer(world.random.nextBoolean());
        }
      }
      default -> {
        Map<String, Section> sections = truth.get(which);
        String name = NAMES.get(world.random.nextInt(NAMES.size()));
        sections.put(name, version(world, name, step));
        agents.get(which).sectionsAre(Sections.of(List.copyOf(sections.values())));
      }
    }
  }

  private static Section version(SimulatedWorld world, String name, int version) {
    return Agents.section(name, version, world.random.nextInt(4) == 0 ? 150_000 : 2_000);
  }

  @Test
  void aMachineThatIsAsItWasSendsNothingAgainAfterAServersRestart() {
    SimulatedWorld world = new SimulatedWorld(1);
    SimulatedWorld.Agent agent =
        world.new Agent(1, Agents.sections(Agents.section("cpu", 1, 9_000)));
    world.run(10_000);
    assertThat(world.inventory.sectionsStored()).isEqualTo(1);
    world.killServer(true);
    world.run(5_000);
    world.startServer();
    world.run(120_000);
    assertThat(agent.machine.linked()).isTrue();
    assertThat(world.inventory.sectionsStored()).isEqualTo(1);
    assertThat(world.nodes.epoch(Agents.nodeId(1))).isEqualTo(2);
  }

  @Test
  void onlyTheSectionThatChangedIsSent() {
    SimulatedWorld world = new SimulatedWorld(2);
    SimulatedWorld.Agent agent =
        world
        .new Agent(1, Agents.sections(Agents.section("cpu", 1, 10), Agents.section("mem", 1, 10)));
    world.run(10_000);
    assertThat(world.inventory.sectionsStored()).isEqualTo(2);
    agent.sectionsAre(Agents.sections(Agents.section("cpu", 2, 10), Agents.section("mem", 1, 10)));
    world.run(5_000);
    assertThat(world.inventory.sectionsStored()).isEqualTo(3);
  }

  @Test
  void aSilentDeathIsNoticedWithinThirtySecondsAtBothEnds() {
    for (long seed = 1; seed <= 50; seed++) {
      SimulatedWorld world = new SimulatedWorld(seed);
      SimulatedWorld.Agent agent =
          world.new Agent(1, Agents.sections(Agents.section("cpu", 1, 10)));
      world.run(10_000 + world.random.nextInt(60_000));
      assertThat(agent.machine.linked()).isTrue();
      agent.news.clear();
      world.connections.getFirst().silent = true;
      world.run(27_000);
      assertThat(world.nodes.endedSoFar())
          .as("seed %d", seed)
          .contains(Agents.nodeId(1) + ": silent for 25 s");
      assertThat(agent.news)
          .as("seed %d", seed)
          .anyMatch(
              news -> news instanceof LinkNews.Apart apart && apart.reason().contains("silent"));
    }
  }

  @Test
  void aServerThatLostItsKeysIsShownTheTokenAgain() {
    SimulatedWorld world = new SimulatedWorld(4);
    SimulatedWorld.Agent agent = world.new Agent(1, Sections.NONE);
    world.run(10_000);
    world.nodes.forgetKeys();
    world.killServer(true);
    world.startServer();
    world.run(60_000);
    assertThat(agent.machine.linked()).isTrue();
    assertThat(agent.news).anyMatch(news -> news instanceof LinkNews.Refused);
  }

  @Test
  void aCopyOfAnotherMachinesDiskMakesAKeyOfItsOwn() {
    SimulatedWorld world = new SimulatedWorld(8);
    world.nodes.keyIs(Agents.key(1), Agents.nodeId(2));
    SimulatedWorld.Agent agent = world.new Agent(1, Sections.NONE);
    world.run(20_000);
    assertThat(agent.machine.linked()).isTrue();
    assertThat(agent.news).contains(new LinkNews.Joined(Agents.nodeId(1), false));
  }

  @Test
  void aRevokedNodeIsCutAndComesBackOnlyAtTheSlowestPace() {
    SimulatedWorld world = new SimulatedWorld(5);
    SimulatedWorld.Agent agent = world.new Agent(1, Sections.NONE);
    world.run(10_000);
    world.nodes.revoke(Agents.nodeId(1));
    world.run(15_000);
    assertThat(agent.machine.linked()).isFalse();
    assertThat(agent.news)
        .anyMatch(
            news ->
                news instanceof LinkNews.Refused refused
                    && refused.reason().equals("revoked")
                    && refused.retryMillis() >= 30_000);
  }

  @Test
  void thoseWhoAreToldOfARestartComeBackWithinTheTimeTheyAreGiven() {
    SimulatedWorld world = new SimulatedWorld(6);
    List<SimulatedWorld.Agent> agents = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      agents.add(world.new Agent(i, Sections.NONE));
    }
    world.run(20_000);
    world.server.leave("the server restarts", 20);
    world.run(200);
    world.killServer(true);
    world.startServer();
    world.run(21_000);
    assertThat(agents).allMatch(agent -> agent.machine.linked());
    assertThat(world.nodes.endedSoFar()).isEmpty();
  }

  @Test
  void anIdleAgentCostsUnderFiftyBytesASecond() {
    SimulatedWorld world = new SimulatedWorld(7);
    world.new Agent(1, Sections.NONE);
    world.run(60_000);
    world.framesFromAgents = 0;
    world.framesFromServer = 0;
    world.run(1_000_000);
    // A ping is 7 bytes of WebSocket, a pong 3; each packet has 52 of IPv4 and TCP with timestamps,
    // and the pong's is acknowledged by one of its own. TLS 1.3 adds 22 to each of the two.
    double bytes =
        world.framesFromAgents * (7 + 52 + 22.0) + world.framesFromServer * (3 + 104 + 22.0);
    assertThat(world.framesFromAgents).isBetween(90L, 110L);
    assertThat(bytes / 1000).isBetween(15.0, 25.0);
  }
}
