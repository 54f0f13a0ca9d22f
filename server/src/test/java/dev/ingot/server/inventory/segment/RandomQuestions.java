package dev.ingot.server.inventory.segment;

import java.util.List;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Questions of somebody who tries everything: granted paths, hidden ones, what is above both. */
final class RandomQuestions {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> GRANTED =
      List.of(
          "cpu",
          "cpu.version",
          "cpu.0.x",
          "dmi.sys_vendor",
          "interfaces.driver",
          "interfaces.0.driver",
          "interfaces.1.lldp.x",
          "interfaces.lldp",
          "interfaces.lldp.version",
          "raid.x.version",
          "raid.0.version",
          "raid.driver.version.0",
          "asset.x",
          "site.driver",
          "node.hostname",
          "node.location.rack",
          "mercury_id");
  private static final List<String> OTHERS =
      List.of("dmi", "interfaces", "interfaces.address", "raid", "raid.x", "secret.x", "0", "mem");
  private static final List<String> TYPES =
      List.of("array", "object", "string", "number", "null", "bool");

  private final RandomGenerator random;
  private final HiddenParts values;

  RandomQuestions(RandomGenerator random, HiddenParts values) {
    this.random = random;
    this.values = values;
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  /** Most of them granted, so that most questions are answered. */
  String path() {
    return random.nextInt(12) == 0 ? one(OTHERS) : one(GRANTED);
  }

  ObjectNode question() {
    ObjectNode question = JSON.objectNode();
    question.set("filter", filter(2));
    if (random.nextBoolean()) {
      ObjectNode sort = question.putObject("sort");
      for (int i = random.nextInt(3); i >= 0; i--) {
        sort.put(path(), random.nextBoolean() ? 1 : -1);
      }
    }
    if (random.nextInt(3) == 0) {
      ObjectNode projection = question.putObject("projection");
      boolean include = random.nextBoolean();
      for (int i = random.nextInt(3); i >= 0; i--) {
        projection.put(path(), include ? 1 : 0);
      }
    }
    if (random.nextInt(3) == 0) {
      question.put("count", true);
    }
    return question.put("limit", 1 + random.nextInt(8));
  }

  ObjectNode distinct() {
    ObjectNode question = JSON.objectNode().put("path", path());
    return random.nextBoolean() ? question : question.set("filter", filter(1));
  }

  ObjectNode pipeline() {
    ObjectNode question = JSON.objectNode();
    ArrayNode pipeline = question.putArray("pipeline");
    for (int i = random.nextInt(4); i > 0; i--) {
      ObjectNode stage = pipeline.addObject();
      switch (random.nextInt(6)) {
        case 0, 1 -> stage.set("$match", filter(1));
        case 2 -> stage.put("$unwind", "$" + path());
        case 3 -> stage.putObject("$sort").put(path(), 1);
        case 4 -> stage.putObject("$project").put(path(), 1);
        default -> group(stage.putObject("$group"));
      }
    }
    return question;
  }

  private void group(ObjectNode group) {
    group.put("_id", "$" + path());
    group
        .putObject("v")
        .put(one(List.of("$sum", "$min", "$max", "$addToSet", "$first", "$avg")), "$" + path());
  }

  /** A document, or a patch: mostly of what may be written. */
  ObjectNode written() {
    ObjectNode written = JSON.objectNode();
    if (random.nextBoolean()) {
      written.set("asset", random.nextInt(4) == 0 ? JSON.nullNode() : values.value(1));
    }
    if (random.nextBoolean()) {
      written.putObject("site").set("driver", values.scalar());
    }
    if (random.nextInt(3) == 0) {
      written.set(one(HiddenParts.WRITTEN), values.value(2));
    }
    return written;
  }

  ObjectNode filter(int depth) {
    ObjectNode filter = JSON.objectNode();
    for (int i = random.nextInt(2); i >= 0; i--) {
      if (depth > 0 && random.nextInt(4) == 0) {
        ArrayNode parts = filter.putArray(one(List.of("$and", "$or", "$nor")));
        for (int part = random.nextInt(2); part >= 0; part--) {
          parts.add(filter(depth - 1));
        }
      } else {
        filter.set(path(), condition(depth));
      }
    }
    return filter;
  }

  private JsonNode condition(int depth) {
    ObjectNode condition = JSON.objectNode();
    switch (random.nextInt(12)) {
      case 0 -> condition.put("$exists", random.nextBoolean());
      case 1 -> condition.set("$ne", values.scalar());
      case 2 -> condition.set(one(List.of("$gt", "$gte", "$lt", "$lte")), values.scalar());
      case 3 -> condition.putArray(one(List.of("$in", "$nin"))).add(values.scalar()).add("a");
      case 4 -> condition.put("$regex", "^[ab]$");
      case 5 -> condition.put("$size", random.nextInt(3));
      case 6 -> condition.put("$type", one(TYPES));
      case 7 -> condition.set("$eq", JSON.nullNode());
      case 8 -> condition.putArray("$all").add(values.scalar());
      case 9 -> condition.set("$elemMatch", element());
      case 10 -> {
        if (depth > 0) {
          condition.set("$not", operators(depth));
        } else {
          condition.putArray("$mod").add(2).add(1);
        }
      }
      default -> {
        return values.scalar();
      }
    }
    return condition;
  }

  private JsonNode operators(int depth) {
    JsonNode condition = condition(depth - 1);
    return condition.isObject() ? condition : JSON.objectNode().set("$eq", condition);
  }

  private ObjectNode element() {
    ObjectNode element = JSON.objectNode();
    for (int i = random.nextInt(3); i > 0; i--) {
      element.set(one(HiddenParts.KEYS), random.nextBoolean() ? values.scalar() : JSON.nullNode());
    }
    return element;
  }
}
