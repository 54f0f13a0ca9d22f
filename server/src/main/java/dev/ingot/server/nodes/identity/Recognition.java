package dev.ingot.server.nodes.identity;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The matching rule of docs/identity.md: a pure function from what a machine shows and what is
 * known to the node it is.
 */
public final class Recognition {
  private Recognition() {}

  /**
   * @param claim what the machine shows, junk and shared values left out
   * @param keyNode the node whose key the machine holds
   * @param candidates every node that has one of the claimed values, and the key's node
   */
  public static Verdict recognise(
      Collection<Identifier> claim, @Nullable String keyNode, Collection<KnownNode> candidates) {
    List<String> recognised = new ArrayList<>();
    List<String> sameUuid = new ArrayList<>();
    for (KnownNode node : candidates) {
      Evidence evidence =
          Evidence.weigh(
              claim,
              node,
              node.id().equals(keyNode),
              identifier ->
                  candidates.stream()
                      .noneMatch(
                          other ->
                              !other.id().equals(node.id())
                                  && other.identifiers().contains(identifier)));
      if (evidence.recognises()) {
        recognised.add(node.id());
      } else if (evidence.sharesUuid()) {
        sameUuid.add(node.id());
      }
    }
    return verdict(recognised, sameUuid, keyNode);
  }

  private static Verdict verdict(
      List<String> recognised, List<String> sameUuid, @Nullable String keyNode) {
    if (keyNode != null && recognised.contains(keyNode)) {
      return new Verdict.Same(keyNode);
    }
    if (recognised.size() == 1 && sameUuid.isEmpty()) {
      return new Verdict.Same(recognised.getFirst());
    }
    if (recognised.isEmpty() && sameUuid.isEmpty()) {
      return new Verdict.Unknown();
    }
    // In order, as is everything that locks several nodes.
    List<String> all = Stream.concat(recognised.stream(), sameUuid.stream()).sorted().toList();
    return new Verdict.Disputed(
        all,
        recognised.isEmpty()
            ? "the system UUID is that of another machine, serial numbers and MACs are not"
            : "the facts are those of more than one node");
  }
}
