package dev.ingot.server;

import dev.ingot.server.store.AppendOnlyTable;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** One partition for each append-only table, until retention makes them by time. */
final class InterimPartitions {
  private InterimPartitions() {}

  static void ensure(Jdbi jdbi, List<AppendOnlyTable> tables) {
    jdbi.useHandle(
        handle ->
            tables.forEach(
                table ->
                    handle.execute(
                        "create table if not exists "
                            + table.name()
                            + "_rest partition of "
                            + table.name()
                            + " default")));
  }
}
