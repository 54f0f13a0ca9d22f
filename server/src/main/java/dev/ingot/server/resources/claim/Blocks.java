package dev.ingot.server.resources.claim;

import dev.ingot.server.problem.Problem;
import dev.ingot.server.resources.kind.Kind;
import dev.ingot.server.resources.stock.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Aligned blocks of which every address is free. */
final class Blocks {
  private static final int LARGEST = 4096;

  private Blocks() {}

  /** How many addresses a block of that prefix has. */
  static int size(int prefixLength, int bits) {
    int hostBits = bits - prefixLength;
    if (hostBits < 0 || hostBits > 12) {
      throw Problem.invalid(
          "prefixLength",
          "must be from %d to %d: a block has at most %d addresses"
              .formatted(bits - 12, bits, LARGEST));
    }
    return 1 << hostBits;
  }

  /** The lowest among those addresses that are rows. */
  static Optional<String> free(
      Handle handle, Condition condition, Kind kind, int prefixLength, int size) {
    List<Object> parameters = new ArrayList<>();
    parameters.add(prefixLength);
    parameters.add(kind.name());
    parameters.addAll(condition.parameters());
    parameters.add(size);
    return Condition.bound(
            handle.createQuery(
                "SELECT text(network(set_masklen(r.address, ?))) AS block FROM resource r"
                    + " WHERE r.kind = ? AND r.claimable AND r.owner = '' AND "
                    + condition.text()
                    + " GROUP BY block HAVING count(*) = ? ORDER BY min(r.address) LIMIT 1"),
            parameters)
        .mapTo(String.class)
        .findOne();
  }
}
