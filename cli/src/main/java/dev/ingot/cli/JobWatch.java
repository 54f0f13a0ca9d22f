package dev.ingot.cli;

import dev.ingot.client.JobEvent;
import dev.ingot.client.Page;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Follows a job to its end and shows what came of it. */
final class JobWatch {
  private static final int ATTEMPTS = 60;
  private static final int PAGE = 200;

  /** A person reads no more of it than this; programs take -o json. */
  private static final int MOST_SHOWN = 10_000;

  private final Call call;
  private final Terminal terminal;
  private final String id;
  private boolean line;
  private boolean wroteOut;

  JobWatch(Call call, String id) {
    this.call = call;
    this.terminal = call.terminal();
    this.id = id;
  }

  /**
   * Waits for the end and shows it.
   *
   * @param total how many nodes it goes over
   */
  int toTheEnd(int total) throws InterruptedException {
    boolean table = call.format().equals("table");
    Thread goesOn = new Thread(this::sayThatItGoesOn);
    Runtime.getRuntime().addShutdownHook(goesOn);
    boolean single = total == 1 && table;
    follow(single);
    Runtime.getRuntime().removeShutdownHook(goesOn);
    JsonNode job = call.client().jobs().show(id);
    if (!table) {
      document(job);
      return exit(job);
    }
    return single ? one(job) : many(job);
  }

  private void sayThatItGoesOn() {
    terminal.err().println("\njob " + id + " goes on: ingot jobs watch " + id);
    terminal.err().flush();
  }

  private void follow(boolean single) throws InterruptedException {
    Map<String, String> query = new HashMap<>();
    if (single) {
      query.put("output", "true");
    }
    call.client().jobs().follow(id, query, ATTEMPTS, this::heard);
    clear();
  }

  private boolean heard(JobEvent event) {
    switch (event.name()) {
      case "job" -> progress(event.json());
      case "output" -> write(event.json());
      default -> {} // tasks are read when all is over
    }
    return true;
  }

  private void progress(JsonNode job) {
    if (terminal.personIsThere() && !wroteOut) {
      line = true;
      terminal.err().print("\r\u001b[K" + counts(job));
      terminal.err().flush();
    }
  }

  static String counts(JsonNode job) {
    List<String> parts = new ArrayList<>();
    job.path("counts")
        .forEachEntry(
            (state, count) -> {
              if (count.asInt(0) > 0) {
                parts.add(count.asInt() + " " + state);
              }
            });
    String waits = job.path("waitsFor").asString("");
    return "job %s: %s of %d%s"
        .formatted(
            job.path("id").asString(""),
            parts.isEmpty() ? "0" : String.join(", ", parts),
            job.path("total").asInt(0),
            waits.isEmpty() ? "" : "; " + waits);
  }

  private void clear() {
    if (line) {
      terminal.err().print("\r\u001b[K");
      terminal.err().flush();
      line = false;
    }
  }

  /** Output of the one node, as it comes. */
  private void write(JsonNode chunk) {
    clear();
    wroteOut = true;
    byte[] bytes = Base64.getDecoder().decode(chunk.path("bytes").asString(""));
    long dropped = chunk.path("dropped").asLong(0);
    var stream =
        chunk.path("stream").asString("").equals("stderr") ? terminal.err() : terminal.out();
    if (dropped > 0) {
      terminal.err().println("… " + Units.bytes(dropped) + " were left out …");
    }
    if (terminal.outputIsTerminal()) {
      stream.print(Printable.lines(new String(bytes, StandardCharsets.UTF_8)));
    } else {
      stream.write(bytes, 0, bytes.length);
    }
    stream.flush();
  }

  private int one(JsonNode job) {
    List<JsonNode> tasks = tasks(1);
    if (tasks.isEmpty()) {
      return exit(job);
    }
    JsonNode task = tasks.getFirst();
    String state = task.path("state").asString("");
    if (!wroteOut) {
      String text = OutputGroups.text(task);
      if (!text.isEmpty()) {
        terminal.out().println(text);
        terminal.out().flush();
      }
    }
    if (!state.equals("succeeded")) {
      terminal
          .err()
          .println(Printable.line(OutputGroups.name(task) + ": " + OutputGroups.why(task, state)));
      terminal.err().flush();
    }
    return call.flag("--exit-code") && task.path("exit").isNumber()
        ? task.path("exit").asInt()
        : exit(job);
  }

  private int many(JsonNode job) {
    OutputGroups groups = new OutputGroups();
    tasks(MOST_SHOWN).forEach(groups::add);
    groups.print(terminal.out());
    groups.printFailures(terminal.err());
    terminal.err().println(counts(job));
    terminal.err().flush();
    return exit(job);
  }

  private void document(JsonNode job) {
    if (call.format().equals("csv")) {
      call.output().list(tasks(MOST_SHOWN), "node", JobCommands.TASKS);
      return;
    }
    ObjectNode both = JsonNodeFactory.instance.objectNode().put("id", id);
    both.set("job", job);
    var list = both.putArray("tasks");
    tasks(MOST_SHOWN).forEach(list::add);
    call.output().document(both, "id");
  }

  private List<JsonNode> tasks(int most) {
    List<JsonNode> tasks = new ArrayList<>();
    Map<String, String> query = new LinkedHashMap<>();
    query.put("output", "true");
    query.put("limit", String.valueOf(Math.min(PAGE, most)));
    while (true) {
      Page page = call.client().jobs().tasks(id, query);
      tasks.addAll(page.items());
      String next = page.next();
      if (next == null || tasks.size() >= most) {
        return tasks;
      }
      query.put("cursor", next);
    }
  }

  /** As product-wide: 0, 1 where nothing succeeded, 5 where some did. */
  static int exit(JsonNode job) {
    JsonNode counts = job.path("counts");
    int total = job.path("total").asInt(0);
    int succeeded = counts.path("succeeded").asInt(0);
    if (succeeded == total) {
      return ExitCode.OK;
    }
    if (succeeded > 0) {
      return ExitCode.PARTLY_FAILED;
    }
    return counts.path("timedOut").asInt(0) == total ? ExitCode.TIMED_OUT : ExitCode.FAILED;
  }
}
