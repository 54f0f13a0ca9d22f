package dev.ingot.server.store;

import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Makes, cuts and drops partitions. Names are ours: declared in code, or read from the catalog. */
final class Partitions {
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS").withZone(ZoneOffset.UTC);

  private Partitions() {}

  /**
   * Gives each partitioned table a default partition: a row always has a place, also when nobody
   * made its partition in time or the clock jumped.
   */
  static void makeDefaults(Handle handle) {
    // Servers that start at the same time make them once.
    AdvisoryLock.awaitInTransaction(handle, "default partitions");
    List<String> tables =
        handle
            .createQuery(
                """
                SELECT c.relname FROM pg_partitioned_table p JOIN pg_class c ON c.oid = p.partrelid
                 WHERE p.partdefid = 0 AND p.partstrat = 'r'
                   AND c.relnamespace = current_schema()::regnamespace
                """)
            .mapTo(String.class)
            .list();
    for (String table : tables) {
      handle.execute("CREATE TABLE %s_default PARTITION OF %s DEFAULT".formatted(table, table));
    }
  }

  /**
   * Makes [from, to) and moves there what waits in the default partition. Inserts wait for it
   * before they choose a partition: one that had chosen the default and waited there would then be
   * refused, since its row does not belong there any more.
   */
  static void make(Handle handle, AppendOnlyTable table, Instant from, Instant to) {
    handle.useTransaction(
        transaction -> {
          limitWait(transaction);
          String name = table.name();
          String partition = name + "_" + NAME.format(from);
          String time = table.timeColumn();
          transaction.execute("LOCK TABLE ONLY %s IN SHARE ROW EXCLUSIVE MODE".formatted(name));
          transaction.execute("LOCK TABLE %s_default IN ACCESS EXCLUSIVE MODE".formatted(name));
          createLike(transaction, partition, name);
          String columns = String.join(", ", Columns.of(transaction, name));
          transaction.execute(
              """
              WITH moved AS (DELETE FROM %1$s_default WHERE %2$s >= ? AND %2$s < ? RETURNING %4$s)
              INSERT INTO %3$s (%4$s) SELECT %4$s FROM moved
              """
                  .formatted(name, time, partition, columns),
              from,
              to);
          attach(transaction, name, partition, from, to);
        });
  }

  /**
   * Ends the partition now and begins another for the rest of its time, so that a budget in bytes
   * can drop part of a busy day. Readers and writers wait while the rows are looked through.
   */
  static void cut(Handle handle, AppendOnlyTable table, Partition partition) {
    Instant from = partition.from();
    Instant to = partition.to();
    if (from == null || to == null) {
      return;
    }
    handle.useTransaction(
        transaction -> {
          limitWait(transaction);
          String name = table.name();
          transaction.execute("LOCK TABLE %s IN ACCESS EXCLUSIVE MODE".formatted(name));
          Timestamp last =
              transaction
                  .createQuery(
                      "SELECT greatest(clock_timestamp(), (SELECT max(%s) FROM %s))"
                          .formatted(table.timeColumn(), partition.name()))
                  .mapTo(Timestamp.class)
                  .one();
          Instant cut = Instant.ofEpochMilli(last.getTime() + 1);
          if (!cut.isBefore(to)) {
            return; // it ends by itself
          }
          String rest = name + "_" + NAME.format(cut);
          transaction.execute(
              "ALTER TABLE %s DETACH PARTITION %s".formatted(name, partition.name()));
          attach(transaction, name, partition.name(), from, cut);
          createLike(transaction, rest, name);
          attach(transaction, name, rest, cut, to);
        });
  }

  static void drop(Handle handle, Partition partition) {
    handle.useTransaction(
        transaction -> {
          limitWait(transaction);
          transaction.execute("DROP TABLE " + partition.name());
        });
  }

  /** Drops the table's partitions and makes those of a backup; the default one stays. */
  static void replace(Handle handle, BackupHeader.Table table) {
    for (Partition partition : Partition.of(handle, table.name())) {
      if (!partition.isDefault()) {
        handle.execute("DROP TABLE " + Schema.quoted(partition.name()));
      }
    }
    for (BackupHeader.Range range : table.partitions()) {
      createLike(handle, Schema.quoted(range.name()), Schema.quoted(table.name()));
      attach(
          handle,
          Schema.quoted(table.name()),
          Schema.quoted(range.name()),
          range.from(),
          range.to());
    }
  }

  /** Identity is the parent's; indexes come with attaching. */
  private static void createLike(Handle handle, String partition, String table) {
    handle.execute(
        """
        CREATE TABLE %s (LIKE %s INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED
                         INCLUDING STORAGE INCLUDING COMPRESSION)
        """
            .formatted(partition, table));
  }

  private static void attach(
      Handle handle, String table, String partition, Instant from, Instant to) {
    handle.execute(
        "ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM ('%s') TO ('%s')"
            .formatted(table, partition, from, to));
  }

  /**
   * Whoever waits for our lock is in the way of all others: rather try again later. And before
   * PostgreSQL looks for a deadlock, after a second: it would end one who read the table and now
   * writes to it.
   */
  private static void limitWait(Handle handle) {
    handle.execute("SET LOCAL lock_timeout = '500ms'");
    handle.execute("SET LOCAL statement_timeout = '5min'");
  }
}
