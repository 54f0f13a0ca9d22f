package dev.ingot.server.store;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The first frame of a backup: everything that decides whether it can be restored here.
 *
 * @param format of the file, see docs/database.md
 * @param ingot version that made it
 * @param postgres version that it was made from
 * @param created by the database's clock
 * @param migrations versions that the schema had, in order
 * @param tables in the order in which they follow: whom others refer to comes first
 * @param sequences the last value that each gave; those that gave none are not in it
 */
record BackupHeader(
    int format,
    String ingot,
    String postgres,
    Instant created,
    List<String> migrations,
    List<Table> tables,
    Map<String, Long> sequences) {

  static final int FORMAT = 1;

  /** One table; columns and partitions as they were. */
  record Table(String name, List<String> columns, List<Range> partitions) {}

  /** One partition. */
  record Range(String name, Instant from, Instant to) {}
}
