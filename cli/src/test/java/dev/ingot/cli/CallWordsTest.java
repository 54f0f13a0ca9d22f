package dev.ingot.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The words of a call, and the words that its answers are put into. */
class CallWordsTest {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final JsonNode PARAMETERS =
      MAPPER.readTree(
          """
          {"properties": {"seconds": {"type": "integer"}, "text": {"type": "string"},
                          "sections": {"type": "array"}, "force": {"type": "boolean"}}}
          """);

  @Test
  void aValueIsWhatTheSignatureSaysItIs() {
    assertThat(
            CallArguments.of(
                List.of("seconds=5", "text=5", "sections=cpu", "force=true", "other:={\"a\":1}"),
                PARAMETERS))
        .isEqualTo(
            MAPPER.readTree(
                """
                {"seconds": 5, "text": "5", "sections": ["cpu"], "force": true, "other": {"a": 1}}
                """));
    assertThat(CallArguments.of(List.of("sections=[\"cpu\",\"mem\"]", "text=a=b"), PARAMETERS))
        .isEqualTo(MAPPER.readTree("{\"sections\": [\"cpu\", \"mem\"], \"text\": \"a=b\"}"));
  }

  @Test
  void aWordThatDoesNotFitIsNamed() {
    assertThatThrownBy(() -> CallArguments.of(List.of("seconds"), PARAMETERS))
        .hasMessage("seconds: key=value is wanted");
    assertThatThrownBy(() -> CallArguments.of(List.of("seconds=soon"), PARAMETERS))
        .hasMessage("seconds: soon is not JSON");
    assertThatThrownBy(() -> CallArguments.of(List.of("text=a", "text=b"), PARAMETERS))
        .hasMessage("text: given twice");
  }

  @Test
  void namesAreFolded() {
    assertThat(NodeNames.fold(List.of("web01", "web03", "web02", "db1", "web07", "mail")))
        .isEqualTo("db1,web[01-03,07],mail");
    assertThat(NodeNames.fold(List.of("rack2-n9", "rack2-n10", "rack2-n11")))
        .isEqualTo("rack2-n[9-11]");
    assertThat(NodeNames.fold(List.of("n1.example", "n2.example"))).isEqualTo("n[1-2].example");
    assertThat(NodeNames.fold(List.of("0112ab34cd56"))).isEqualTo("0112ab34cd56");
  }

  @Test
  void unfoldingGivesTheNamesThatWereFolded() {
    Random random = new Random(5);
    for (int round = 0; round < 200; round++) {
      TreeSet<String> names = new TreeSet<>();
      int count = 1 + random.nextInt(40);
      for (int i = 0; i < count; i++) {
        String form = List.of("n%d", "n%03d", "a%d-x", "gpu%02d.lab").get(random.nextInt(4));
        names.add(form.formatted(random.nextInt(50)));
      }
      assertThat(unfold(NodeNames.fold(names))).as("round " + round).isEqualTo(names);
    }
  }

  private static TreeSet<String> unfold(String folded) {
    TreeSet<String> names = new TreeSet<>();
    Matcher word = Pattern.compile("([^,\\[]*)(?:\\[([^]]*)](\\D*?))?(?:,|$)").matcher(folded);
    while (word.find() && !word.group().isEmpty()) {
      if (word.group(2) == null) {
        names.add(word.group(1));
        continue;
      }
      for (String range : word.group(2).split(",", -1)) {
        String[] ends = range.split("-", -1);
        for (int n = Integer.parseInt(ends[0]); n <= Integer.parseInt(ends[ends.length - 1]); n++) {
          String digits =
              ends[0].startsWith("0") ? ("%0" + ends[0].length() + "d").formatted(n) : "" + n;
          names.add(word.group(1) + digits + word.group(3));
        }
      }
    }
    return names;
  }

  @Test
  void theSameIsSaidOnceAndWhoFailedIsNamedWithTheReason() {
    OutputGroups groups = new OutputGroups();
    List<String> tasks = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      tasks.add(
          "{\"hostname\": \"n%d\", \"state\": \"succeeded\", \"stdout\": \"6.1\\n\"}".formatted(i));
    }
    tasks.add(
        "{\"hostname\": \"n9\", \"state\": \"failed\", \"reason\": \"exit status 1\", \"stderr\":"
            + " \"no\\u001b[2J\\n"
            + "\"}");
    tasks.forEach(task -> groups.add(MAPPER.readTree(task)));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    groups.print(new PrintStream(out, false, StandardCharsets.UTF_8));
    groups.printFailures(new PrintStream(out, false, StandardCharsets.UTF_8));
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            ---------------
            n[1-3] (3)
            ---------------
            6.1
            ---------------
            n9
            ---------------
            no\uFFFD[2J
            n9 (1): failed: exit status 1
            """);
  }

  @Test
  void whatIsLongerThanAListShowsIsNotTakenForTheSame() {
    String begun = "x".repeat(16 << 10);
    OutputGroups groups = new OutputGroups();
    for (long bytes : List.of(16L << 10, (16L << 10) + 5, (16L << 10) + 5, 20L << 10)) {
      groups.add(
          MAPPER
              .createObjectNode()
              .put("job", "17")
              .put("hostname", "n" + bytes)
              .put("state", "succeeded")
              .put("stdout", begun)
              .put("stdoutBytes", bytes));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    groups.print(new PrintStream(out, false, StandardCharsets.UTF_8));
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("(2)")
        .contains("… 5 bytes more, neither shown nor compared: ingot jobs output 17 NODE")
        .contains("… 4096 bytes more")
        .containsPattern("(?m)^n16384$");
  }
}
