package dev.ingot.server.mercury;

import dev.ingot.core.Json;
import dev.ingot.protocol.CapabilitySignature;
import dev.ingot.server.access.Principal;
import dev.ingot.server.inventory.query.Queries;
import dev.ingot.server.jobs.Jobs;
import dev.ingot.server.jobs.PublishedCapability;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes jobs of Mercury's instructions. One of theirs is one of ours for the nodes that Mercury's
 * agents serve and one for those of our own, whose arguments have names.
 */
final class MercuryJobs {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Turns turns;
  private final Queries queries;
  private final Shown shown;
  private final Jobs jobs;
  private final ForeignTable foreign;
  private final Principal who;
  private final Supplier<UUID> ids;

  MercuryJobs(
      Turns turns,
      Queries queries,
      Shown shown,
      Jobs jobs,
      ForeignTable foreign,
      Principal who,
      Supplier<UUID> ids) {
    this.turns = turns;
    this.queries = queries;
    this.shown = shown;
    this.jobs = jobs;
    this.foreign = foreign;
    this.who = who;
    this.ids = ids;
  }

  /** A job of theirs: its id, and on how many nodes it is. */
  record Made(String id, int targets) {}

  /**
   * Makes it.
   *
   * @return null if no node that is active matches
   */
  @Nullable Made make(ObjectNode query, ObjectNode instruction) {
    String preprocessor = text(instruction, "preprocessor");
    String method = preprocessor == null ? text(instruction, "method") : "press";
    if (method == null) {
      throw new Refused("Contract invalid: the instruction has neither method nor preprocessor");
    }
    ObjectNode filter = NODES.objectNode();
    filter
        .putArray("$and")
        .add(Asked.filter(query, shown.origin()))
        .addObject()
        .put("node.online", true);
    if (preprocessor != null) {
      return prepared(filter, preprocessor, method, instruction);
    }
    return turns.take(
        handle -> {
          List<String> matched = queries.matching(handle, filter, "query");
          if (matched.isEmpty()) {
            return null;
          }
          Map<String, CapabilitySignature> able =
              PublishedCapability.byNode(handle, method, matched);
          if (able.isEmpty()) {
            throw new Refused(
                "none of the %d nodes has a method %s"
                    .formatted(matched.size(), Wording.shown(method)));
          }
          Set<String> theirs = new TreeSet<>(foreign.active(handle, matched).keySet());
          List<String> ours = new ArrayList<>(matched);
          ours.removeAll(theirs);
          String id = ids.get().toString();
          ArrayNode args = array(instruction);
          ObjectNode kwargs = map(instruction);
          int targets = 0;
          if (theirs.stream().anyMatch(able::containsKey)) {
            ObjectNode arguments = kwargs.deepCopy();
            if (!args.isEmpty()) {
              arguments.set("args", args);
            }
            keep(handle, id, instruction, job(handle, theirs, method, withArguments(arguments)));
            targets += theirs.size();
          }
          List<String> capable = ours.stream().filter(able::containsKey).toList();
          if (!capable.isEmpty()) {
            CapabilitySignature signature =
                Objects.requireNonNull(able.get(capable.getFirst()), "it is capable");
            ObjectNode arguments = OwnArguments.of(signature, args, kwargs);
            keep(handle, id, instruction, job(handle, ours, method, withArguments(arguments)));
            targets += ours.size();
          }
          return new Made(id, targets);
        });
  }

  /** What a preprocessor makes of the instruction for each node is given to the method. */
  private @Nullable Made prepared(
      ObjectNode filter, String preprocessor, String method, ObjectNode instruction) {
    List<String> matched = turns.take(handle -> queries.matching(handle, filter, "query"));
    if (matched.isEmpty()) {
      return null;
    }
    ObjectNode payload = instruction.deepCopy();
    payload.remove("preprocessor");
    ObjectNode request = request(matched, method);
    request.put("preprocessor", preprocessor).put("instruction", Json.write(payload));
    long job = turns.without(jdbi -> jobs.prepare(jdbi, who, request));
    String id = ids.get().toString();
    turns.take(
        handle -> {
          keep(handle, id, instruction, job);
          return id;
        });
    return new Made(id, matched.size());
  }

  private static Consumer<ObjectNode> withArguments(ObjectNode arguments) {
    return request -> request.set("arguments", arguments);
  }

  private long job(
      Handle handle, Collection<String> nodes, String method, Consumer<ObjectNode> rest) {
    ObjectNode request = request(nodes, method);
    rest.accept(request);
    return jobs.make(handle, who, request);
  }

  private static ObjectNode request(Collection<String> nodes, String method) {
    ObjectNode request = NODES.objectNode().put("capability", method);
    if (nodes.size() == 1) {
      request.put("on", nodes.iterator().next());
    } else {
      request.putObject("on").putObject("mercury_id").set("$in", Json.MAPPER.valueToTree(nodes));
    }
    return request;
  }

  private static void keep(Handle handle, String id, ObjectNode instruction, long job) {
    handle
        .createUpdate(
            """
            INSERT INTO mercury_job (id, job, instruction)
            VALUES (:id, :job, CAST(:instruction AS jsonb))
            """)
        .bind("id", id)
        .bind("job", job)
        .bind("instruction", Json.write(instruction))
        .execute();
  }

  private static @Nullable String text(ObjectNode instruction, String key) {
    JsonNode value = instruction.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isString() || value.stringValue().isBlank()) {
      throw new Refused("Contract invalid: " + key + " is not a string");
    }
    return value.stringValue();
  }

  private static ArrayNode array(ObjectNode instruction) {
    JsonNode args = instruction.path("args");
    if (args.isMissingNode() || args.isNull()) {
      return NODES.arrayNode();
    }
    if (args instanceof ArrayNode array) {
      return array;
    }
    throw new Refused("Contract invalid: args is not a list");
  }

  private static ObjectNode map(ObjectNode instruction) {
    JsonNode kwargs = instruction.path("kwargs");
    if (kwargs.isMissingNode() || kwargs.isNull()) {
      return NODES.objectNode();
    }
    if (kwargs instanceof ObjectNode object) {
      return object;
    }
    throw new Refused("Contract invalid: kwargs is not a map");
  }
}
