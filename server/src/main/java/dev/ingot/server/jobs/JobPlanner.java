package dev.ingot.server.jobs;

import dev.ingot.core.Json;
import dev.ingot.protocol.CapabilitySignature;
import dev.ingot.server.access.Principal;
import dev.ingot.server.jobs.preprocess.JobPreprocessor.Rendered;
import dev.ingot.server.nodes.target.Target;
import dev.ingot.server.nodes.target.TargetResolver;
import dev.ingot.server.problem.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * From a request to a task per node, checked before anything is sent: each signature once, however
 * many nodes publish it.
 */
final class JobPlanner {
  private final TargetResolver targets;
  private final JobsSettings settings;

  JobPlanner(TargetResolver targets, JobsSettings settings) {
    this.targets = targets;
    this.settings = settings;
  }

  /** A node as far as a plan needs to know it. */
  private record Candidate(
      String id,
      @Nullable String hostname,
      String standing,
      boolean isProtected,
      boolean online,
      @Nullable String digest) {}

  /**
   * Nodes that are meant.
   *
   * @param named whether by id or hostname
   */
  record Meant(List<String> nodes, boolean named) {}

  /**
   * The nodes of the request's target.
   *
   * @throws Problem if the request is none, or nobody matches
   */
  Meant meant(Handle handle, Principal who, JobRequest request) {
    request.check();
    Target target = Target.parse(request.target());
    List<String> nodes = resolve(handle, who, target);
    if (nodes.isEmpty()) {
      throw Problem.invalid("on", "no node matches " + shown(request.target()));
    }
    return new Meant(nodes, target instanceof Target.Named);
  }

  private List<String> resolve(Handle handle, Principal who, Target target) {
    try {
      return targets.resolve(handle, who, target);
    } catch (Problem e) {
      if (e.kind() == Problem.Kind.NOT_FOUND || e.kind() == Problem.Kind.CONFLICT) {
        throw new Problem(Problem.Kind.INVALID, e.detail(), "on", e);
      }
      throw e;
    }
  }

  /**
   * The plan for these nodes.
   *
   * @param rendered what a preprocessor made for each; null while it was not asked
   * @throws Problem if no node can do it: the reasons of all are named
   */
  Planned plan(
      Handle handle, JobRequest request, Meant meant, @Nullable Map<String, Rendered> rendered) {
    List<String> nodes = meant.nodes();
    if (nodes.size() > settings.nodes()) {
      throw Problem.invalid(
          "on", "matches %d nodes, a job has at most %d".formatted(nodes.size(), settings.nodes()));
    }
    List<Candidate> candidates = candidates(handle, nodes);
    Map<String, @Nullable CapabilitySignature> byList =
        signatures(handle, candidates, request.capability());
    if (byList.values().stream().allMatch(each -> each == null)) {
      checkKnown(handle, request.capability());
    }
    JsonNode arguments =
        request.arguments() == null ? Json.MAPPER.createObjectNode() : request.arguments();
    Map<CapabilitySignature, String> wrong = new HashMap<>();
    boolean reboots = false;
    List<Planned.Entry> entries = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    for (Candidate node : candidates) {
      CapabilitySignature signature = node.digest() == null ? null : byList.get(node.digest());
      boolean guarded =
          signature != null
              && node.isProtected()
              && (signature.destructive() || signature.protectedSensitive());
      if (guarded && !meant.named()) {
        leftOut.add(node.hostname() == null ? node.id() : node.hostname());
        continue;
      }
      String refusal = refusal(node, signature, request, guarded);
      if (refusal == null && signature != null && request.preprocessor() == null) {
        String known = wrong.computeIfAbsent(signature, each -> text(wrong(each, arguments)));
        refusal = known.isEmpty() ? null : known;
      }
      reboots |= refusal == null && signature != null && signature.reboots();
      entries.add(
          new Planned.Entry(
              node.id(),
              node.hostname(),
              node.online(),
              timeout(request, signature),
              refusal,
              null));
    }
    if (entries.isEmpty()) {
      throw Problem.invalid(
          "on",
          "matches only protected machines, which must be named, with allowProtected: "
              + String.join(", ", leftOut.subList(0, Math.min(5, leftOut.size()))));
    }
    Planned planned = new Planned(entries, leftOut, reboots);
    if (rendered != null) {
      Map<String, @Nullable CapabilitySignature> byNode = new HashMap<>();
      for (Candidate node : candidates) {
        byNode.put(node.id(), node.digest() == null ? null : byList.get(node.digest()));
      }
      planned = Rendering.fill(planned, rendered, byNode::get);
    }
    if (planned.runnable().isEmpty()) {
      throw refused(planned);
    }
    return planned;
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static @Nullable String wrong(CapabilitySignature signature, JsonNode arguments) {
    return ArgumentSchema.wrong(signature.parameters(), arguments);
  }

  private static int timeout(JobRequest request, @Nullable CapabilitySignature signature) {
    Integer asked = request.timeoutSeconds();
    return asked != null ? asked : signature == null ? 0 : signature.timeoutSeconds();
  }

  private static @Nullable String refusal(
      Candidate node,
      @Nullable CapabilitySignature signature,
      JobRequest request,
      boolean guarded) {
    if (!node.standing().equals("admitted")) {
      return "the node is " + node.standing() + ", not admitted";
    }
    if (node.digest() == null) {
      return "its agent has not published what it can do";
    }
    if (signature == null) {
      return "its agent has no capability " + request.capability();
    }
    if (signature.unavailable() != null) {
      return request.capability() + " is unavailable there: " + signature.unavailable();
    }
    if (guarded && !request.mayProtected()) {
      return "the machine is protected: the server runs on it; allowProtected does it all the same";
    }
    return null;
  }

  /** All for one reason: that field; otherwise each reason with its nodes. */
  private static Problem refused(Planned planned) {
    List<Planned.Refusal> refusals = planned.refusals();
    StringBuilder detail = new StringBuilder();
    for (Planned.Refusal refusal : refusals.subList(0, Math.min(5, refusals.size()))) {
      detail.append(detail.isEmpty() ? "" : "; ").append(refusal.text());
    }
    if (refusals.size() > 5) {
      detail.append("; and ").append(refusals.size() - 5).append(" more reasons");
    }
    boolean arguments = refusals.stream().allMatch(each -> each.reason().startsWith("arguments"));
    return Problem.invalid(arguments ? "arguments" : "on", "no node can do it: " + detail);
  }

  private static List<Candidate> candidates(Handle handle, List<String> nodes) {
    return handle
        .createQuery(
            """
            SELECT n.id, n.hostname, n.standing, n.protected, coalesce(s.online, false) AS online,
                   c.digest
            FROM node n LEFT JOIN agent_session s ON s.node = n.id
            LEFT JOIN node_capability c ON c.node = n.id
            WHERE n.id = ANY(:nodes) ORDER BY n.id
            """)
        .bind("nodes", SqlArray.texts(nodes))
        .map(
            (row, context) ->
                new Candidate(
                    row.getString("id"),
                    row.getString("hostname"),
                    row.getString("standing"),
                    row.getBoolean("protected"),
                    row.getBoolean("online"),
                    row.getString("digest")))
        .list();
  }

  /** The capability's signature in each list that the candidates publish, null where it is not. */
  private static Map<String, @Nullable CapabilitySignature> signatures(
      Handle handle, List<Candidate> candidates, String capability) {
    TreeSet<String> digests = new TreeSet<>();
    for (Candidate candidate : candidates) {
      if (candidate.digest() != null) {
        digests.add(candidate.digest());
      }
    }
    Map<String, @Nullable CapabilitySignature> signatures = new HashMap<>();
    CapabilityTable.lists(handle, digests)
        .forEach(
            (digest, list) ->
                signatures.put(
                    digest,
                    list.stream()
                        .filter(each -> each.name().equals(capability))
                        .findFirst()
                        .orElse(null)));
    return signatures;
  }

  /** Nobody of the target publishes it: does anybody? */
  private static void checkKnown(Handle handle, String capability) {
    List<String> names = CapabilityList.names(handle);
    if (!names.contains(capability)) {
      throw Problem.invalid(
          "capability",
          "no node publishes "
              + capability
              + (names.isEmpty() ? "" : "; published are " + String.join(", ", names)));
    }
  }

  private static String shown(String text) {
    return text.length() > 200 ? text.substring(0, 200) + "…" : text;
  }
}
