package dev.ingot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import java.util.SplittableRandom;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Pictures of workflows: what stands there can be read, and no line goes through it. */
class GraphSvgTest {
  private static StepGraph random(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    ArrayNode steps = JsonNodeFactory.instance.arrayNode();
    int count = 1 + random.nextInt(25);
    for (int i = 0; i < count; i++) {
      ObjectNode step = steps.addObject().put("name", "s" + i).put("type", "<noop> & \"more\"");
      ObjectNode after = step.putObject("after");
      for (int before = 0; before < i; before++) {
        if (random.nextInt(5) == 0) {
          after.put(
              "s" + before, List.of("succeeded", "failed", "finished").get(random.nextInt(3)));
        }
      }
    }
    return StepGraph.of(steps);
  }

  @Test
  void noStepOverlapsAnotherAndNoLineGoesThroughOne() {
    for (long seed = 0; seed < 200; seed++) {
      StepGraph graph = random(seed);
      GraphLayout layout = GraphLayout.of(graph);
      List<GraphLayout.Box> boxes = List.copyOf(layout.boxes().values());
      assertThat(layout.ways()).as("seed %d", seed).hasSameSizeAs(graph.edges());
      for (GraphLayout.Box box : boxes) {
        assertThat(box.x()).isNotNegative();
        assertThat(box.x() + box.width()).isLessThanOrEqualTo(layout.width());
        assertThat(box.y() + GraphLayout.HEIGHT).isLessThanOrEqualTo(layout.height());
        for (GraphLayout.Box other : boxes.subList(boxes.indexOf(box) + 1, boxes.size())) {
          assertThat(other.y() == box.y() && overlap(box, other))
              .as("seed %d: %s and %s", seed, box, other)
              .isFalse();
        }
        for (List<GraphLayout.Box> way : layout.ways()) {
          for (GraphLayout.Box lane : way.subList(1, way.size() - 1)) {
            assertThat(lane.y() == box.y() && overlap(box, lane)).as("seed %d", seed).isFalse();
          }
        }
      }
    }
  }

  private static boolean overlap(GraphLayout.Box one, GraphLayout.Box other) {
    return one.x() < other.x() + other.width() && other.x() < one.x() + one.width();
  }

  @Test
  void thePictureIsWellFormedAndNamesEveryStepAndOutcome() throws Exception {
    for (long seed = 0; seed < 20; seed++) {
      StepGraph graph = random(seed);
      String svg = GraphSvg.of("a <b> & \"c\"", graph);
      Document document =
          DocumentBuilderFactory.newDefaultInstance()
              .newDocumentBuilder()
              .parse(new InputSource(new StringReader(svg)));
      assertThat(document.getElementsByTagName("g").getLength())
          .isEqualTo(graph.rows().stream().mapToInt(List::size).sum());
      assertThat(document.getElementsByTagName("path").getLength())
          .isEqualTo(1 + graph.edges().size());
      long failed = graph.edges().stream().filter(edge -> edge.outcomes().equals("failed")).count();
      assertThat(svg.split(">failed</text>", -1)).hasSize((int) failed + 1);
    }
  }
}
