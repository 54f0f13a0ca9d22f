package dev.ingot.server.inventory.aggregate;

import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.inventory.filter.Matching;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/** Stages at work: each takes documents and sends its own to the next. */
final class Stages {
  private Stages() {}

  /** The stages one behind the other; returns where documents enter. */
  static Sink chain(List<Stage> stages, Sink last, Run run) {
    Sink next = last;
    for (Stage stage : stages.reversed()) {
      next = of(stage, next, run);
    }
    return next;
  }

  private static Sink of(Stage stage, Sink next, Run run) {
    return switch (stage) {
      case Stage.Match match -> new Match(new Matching(match.filter(), match.place()), next, run);
      case Stage.Group group -> new Groups(group, next, run);
      case Stage.Sort sort -> new Sorting(sort, next, run);
      case Stage.Limit limit -> new Limit(limit.most(), next);
      case Stage.Skip skip -> new Skip(skip.count(), next);
      case Stage.Project project -> new Project(project.shape(), next);
      case Stage.Unwind unwind -> new Unwind(unwind, next, run);
      case Stage.Count count -> new Count(count.field(), next);
    };
  }

  private record Match(Matching matching, Sink next, Run run) implements Sink {
    @Override
    public boolean take(ObjectNode document) {
      run.step();
      return !matching.matches(document) || next.take(document);
    }

    @Override
    public void end() {
      next.end();
    }
  }

  private static final class Limit implements Sink {
    private final long most;
    private final Sink next;
    private long taken;

    Limit(long most, Sink next) {
      this.most = most;
      this.next = next;
    }

    @Override
    public boolean take(ObjectNode document) {
      if (taken >= most) {
        return false;
      }
      taken++;
      return next.take(document) && taken < most;
    }

    @Override
    public void end() {
      next.end();
    }
  }

  private static final class Skip implements Sink {
    private final Sink next;
    private long left;

    Skip(long count, Sink next) {
      this.left = count;
      this.next = next;
    }

    @Override
    public boolean take(ObjectNode document) {
      if (left > 0) {
        left--;
        return true;
      }
      return next.take(document);
    }

    @Override
    public void end() {
      next.end();
    }
  }

  private record Project(Shape shape, Sink next) implements Sink {
    @Override
    public boolean take(ObjectNode document) {
      return next.take(shape.of(document));
    }

    @Override
    public void end() {
      next.end();
    }
  }

  private static final class Count implements Sink {
    private final String field;
    private final Sink next;
    private long count;

    Count(String field, Sink next) {
      this.field = field;
      this.next = next;
    }

    @Override
    public boolean take(ObjectNode document) {
      count++;
      return true;
    }

    /** Of no documents there is no count, as in MongoDB. */
    @Override
    public void end() {
      if (count > 0) {
        next.take(JsonNodeFactory.instance.objectNode().put(field, count));
      }
      next.end();
    }
  }

  private record Unwind(Stage.Unwind stage, Sink next, Run run) implements Sink {
    @Override
    public boolean take(ObjectNode document) {
      JsonNode value = document;
      for (String key : stage.path().keys()) {
        value = value.isObject() ? value.path(key) : MissingNode.getInstance();
      }
      if (Operator.isNothing(value)) {
        return !stage.keepEmpty() || send(document, value, NullNode.getInstance());
      }
      if (!value.isArray()) {
        return send(document, value, NullNode.getInstance());
      }
      if (value.isEmpty()) {
        return !stage.keepEmpty()
            || send(document, MissingNode.getInstance(), NullNode.getInstance());
      }
      int index = 0;
      for (JsonNode element : value) {
        run.step();
        if (!send(document, element, JsonNodeFactory.instance.numberNode((long) index))) {
          return false;
        }
        index++;
      }
      return true;
    }

    private boolean send(ObjectNode document, JsonNode element, JsonNode index) {
      ObjectNode made = with(document, stage.path(), 0, element);
      FieldPath name = stage.index();
      return next.take(name == null ? made : with(made, name, 0, index));
    }

    /** A copy with another value at the path; the rest is shared. */
    private static ObjectNode with(JsonNode at, FieldPath path, int depth, JsonNode value) {
      ObjectNode copy = JsonNodeFactory.instance.objectNode();
      if (at instanceof ObjectNode known) {
        copy.setAll(known);
      }
      String key = path.keys().get(depth);
      if (depth < path.keys().size() - 1) {
        // Nothing to take away below what is not there.
        if (!value.isMissingNode() || copy.path(key).isObject()) {
          copy.set(key, with(copy.path(key), path, depth + 1, value));
        }
      } else if (value.isMissingNode()) {
        copy.remove(key);
      } else {
        copy.set(key, value);
      }
      return copy;
    }

    @Override
    public void end() {
      next.end();
    }
  }
}
