package dev.ingot.app;

import static dev.ingot.app.RackLab.RACK;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ingot.core.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The workflow {@code discover} against a machine of QEMU, switched through the power port. */
class DiscoverIT {
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private RackLab lab;
  private HttpServer power;

  @BeforeEach
  void open() throws Exception {
    lab = RackLab.open();
    power = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    power.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    power.createContext("/", this::answer);
    power.start();
    lab.server().stop();
    lab.start("--workflow.power-url", "http://127.0.0.1:" + power.getAddress().getPort());
  }

  @AfterEach
  void close() throws Exception {
    if (lab != null) {
      lab.clear();
      lab.close();
    }
    if (power != null) {
      power.stop(0);
    }
  }

  /** Switches the rack's only machine, whose firmware tries the network first always. */
  private void answer(HttpExchange exchange) throws IOException {
    int status = 204;
    try {
      JsonNode body = Json.read(exchange.getRequestBody().readAllBytes());
      if (exchange.getRequestURI().getPath().endsWith("/power")) {
        String to = body.path("on").asBoolean() ? "on" : "off";
        asked.add(to);
        lab.ingot(0, "rack", "power", "1", to, "--name", RACK);
      } else {
        asked.add(body.path("device").asString());
      }
    } catch (Exception | AssertionError e) {
      asked.add(e.toString());
      status = 500;
    }
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  @Test
  @Tag("long")
  void aMachineBootsTheMicrokernelIsInspectedClassedAndTaggedAndStaysOrIsRestarted()
      throws Exception {
    lab.ingot(0, "classes", "set", "box", "{\"dmi.sys_vendor\":\"Ingot\"}");
    lab.ingot(0, "rack", "up", "--name", RACK);
    JsonNode machine = lab.machines().path(0);
    String node = machine.path("node").asString();
    String first = boot(node);
    final long scripts = scripts(machine);

    lab.ingot(0, "runs", "start", "discover", "--on", node, "--wait");
    assertThat(asked).containsExactly("network", "off", "on");
    assertThat(boot(node)).isNotEqualTo(first);
    assertThat(scripts(machine)).isGreaterThan(scripts);
    assertThat(steps(node))
        .containsExactly(
            "boot succeeded",
            "agent succeeded",
            "inspect succeeded",
            "tag succeeded",
            "leave skipped");
    assertThat(lab.client().node(node).path("tags").toString()).contains("discovered");
    assertThat(lab.client().inventory(node).toString()).contains(machine.path("serial").asString());
    assertThat(lab.client().node(node).path("class").asString()).isEqualTo("box");

    String second = boot(node);
    lab.ingot(
        0,
        "runs",
        "start",
        "discover",
        "--on",
        node,
        "--set",
        "boot=false",
        "--set",
        "stay=false",
        "--set",
        "tags=[\"again\"]",
        "--wait");
    assertThat(asked).hasSize(3);
    assertThat(boot(node)).isNotEqualTo(second);
    assertThat(steps(node)).contains("boot skipped", "leave succeeded");
    assertThat(lab.client().node(node).path("tags").toString()).contains("discovered", "again");
  }

  private String boot(String node) throws Exception {
    return lab.ingot(0, "exec", "--on", node, "--", "cat", "/proc/sys/kernel/random/boot_id")
        .strip();
  }

  private long scripts(JsonNode machine) {
    return lab.history(machine.path("mac").asString()).stream()
        .filter("script-sent"::equals)
        .count();
  }

  /** Of the last run: the names of the steps and how they ended. */
  private List<String> steps(String node) {
    String run =
        lab.client()
            .workflows()
            .runs(Map.of("node", node, "limit", "1"))
            .items()
            .getFirst()
            .path("id")
            .asString();
    return lab.client()
        .workflows()
        .showRun(run)
        .path("steps")
        .valueStream()
        .map(step -> step.path("name").asString() + " " + step.path("status").asString())
        .toList();
  }
}
