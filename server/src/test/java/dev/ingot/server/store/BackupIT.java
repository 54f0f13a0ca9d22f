package dev.ingot.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ingot.server.problem.Problem;
import dev.ingot.testkit.DebianPostgres;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BackupIT {
  private TestStore test;

  @BeforeEach
  void open() {
    test = TestStore.open();
    addTables(test.store());
  }

  @AfterEach
  void close() {
    test.close();
  }

  /** Every kind of table and column that a backup has to get right. */
  private static void addTables(Store store) {
    store
        .api()
        .useHandle(
            handle -> {
              handle.execute(
                  """
                  CREATE TABLE piece (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                    "group" text NOT NULL, doc jsonb, raw bytea, seen timestamptz, tags text[],
                    size int GENERATED ALWAYS AS (length("group")) STORED)
                  """);
              handle.execute(
                  """
                  CREATE TABLE alias (name text PRIMARY KEY, part_id bigint NOT NULL
                    REFERENCES piece ON DELETE CASCADE, same text REFERENCES alias)
                  """);
              handle.execute(
                  """
                  CREATE TABLE note (id bigint GENERATED ALWAYS AS IDENTITY,
                    time timestamptz NOT NULL DEFAULT now(), words text) PARTITION BY RANGE (time)
                  """);
              handle.useTransaction(Partitions::makeDefaults);
            });
  }

  private static void fill(Store store, int rows) {
    store
        .api()
        .useHandle(
            handle -> {
              Retention.tend(handle, Retention.Kept.byDefault(RETAINED));
              handle.execute(
                  """
                  INSERT INTO piece ("group", doc, raw, seen, tags)
                  SELECT E'g\\t\\n\\\\' || i, jsonb_build_object('text', E'tab\\t€', 'n', i,
                         'long', repeat(md5(i::text), 600)),
                         sha256(i::text::bytea), now() - i * interval '1 h',
                         ARRAY['a,b', NULL, E'c\\n']
                    FROM generate_series(1, ?) i
                  """,
                  rows);
              handle.execute("INSERT INTO alias SELECT 'b', 1, NULL");
              handle.execute("INSERT INTO alias SELECT 'a', 2, 'b'");
              handle.execute(
                  "INSERT INTO note (time, words) SELECT now() - i * interval '1 d', 'w' || i"
                      + " FROM generate_series(-5, 20) i");
              Retention.tend(handle, Retention.Kept.byDefault(RETAINED));
            });
  }

  private static final AppendOnlyTable RETAINED =
      new AppendOnlyTable("note", "time", Duration.ofDays(30), 64 << 20);

  /** Everything in the tables, as one number, and where the sequences stand. */
  private static String content(Store store) {
    return store
        .api()
        .withHandle(
            handle -> {
              StringBuilder all = new StringBuilder();
              for (String table : Schema.tables(handle)) {
                all.append(table)
                    .append(
                        handle
                            .createQuery(
                                "SELECT count(*) || md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM %s t"
                                    .formatted(Schema.quoted(table)))
                            .mapTo(String.class)
                            .one())
                    .append('\n');
              }
              return all.toString();
            });
  }

  private static byte[] backup(Store store) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Backup.write(store, "1.2.3", out);
    return out.toByteArray();
  }

  private static Backup.Summary restore(Store store, byte[] file) {
    return Restore.read(store, new ByteArrayInputStream(file));
  }

  @Test
  void whatWasBackedUpComesBackWhateverCameBetween() throws Exception {
    fill(test.store(), 500);
    String before = content(test.store());
    byte[] file = backup(test.store());
    try (Handle handle = test.jdbi().open()) {
      handle.execute("DELETE FROM piece WHERE id % 3 = 0");
      handle.execute("UPDATE piece SET doc = NULL");
      handle.execute("INSERT INTO note (words) VALUES ('later')");
    }
    assertThat(content(test.store())).isNotEqualTo(before);
    AtomicInteger forgotten = new AtomicInteger();
    test.store().afterRestore(forgotten::incrementAndGet);
    Backup.Summary summary = restore(test.store(), file);
    assertThat(summary.rows()).isGreaterThanOrEqualTo(500 + 2 + 26);
    assertThat(content(test.store())).isEqualTo(before);
    assertThat(forgotten).hasValue(1);
    try (Handle handle = test.jdbi().open()) {
      long next =
          handle
              .createQuery("INSERT INTO piece (\"group\") VALUES ('new') RETURNING id")
              .mapTo(Long.class)
              .one();
      assertThat(next).isEqualTo(501);
      assertThat(Partition.of(handle, "note")).hasSizeGreaterThan(15);
      handle.execute("INSERT INTO note (words) VALUES ('after')");
    }
  }

  @Test
  void aBackupIsOfOneMomentWhileOthersWrite() throws Exception {
    fill(test.store(), 300);
    Thread writer =
        Thread.ofVirtual()
            .start(
                () -> {
                  for (int i = 0; i < 300; i++) {
                    String name = "both-" + i;
                    test.store()
                        .ingest()
                        .useTransaction(
                            handle -> {
                              handle.execute("INSERT INTO note (words) VALUES (?)", name);
                              handle.execute("INSERT INTO piece (\"group\") VALUES (?)", name);
                            });
                  }
                });
    byte[] file = backup(test.store());
    writer.join();
    restore(test.store(), file);
    try (Handle handle = test.jdbi().open()) {
      long odd =
          handle
              .createQuery(
                  """
                  SELECT count(*) FROM (SELECT words FROM note WHERE words LIKE 'both-%') a
                    FULL JOIN (SELECT "group" FROM piece WHERE "group" LIKE 'both-%') b
                    ON a.words = b."group" WHERE a.words IS NULL OR b."group" IS NULL
                  """)
              .mapTo(Long.class)
              .one();
      assertThat(odd).isZero();
    }
  }

  @Test
  void aDamagedFileChangesNothing() throws Exception {
    fill(test.store(), 30);
    byte[] file = backup(test.store());
    String whole = content(test.store());
    test.jdbi().useHandle(handle -> handle.execute("INSERT INTO note (words) VALUES ('later')"));
    String before = content(test.store());
    Random random = new Random(7);
    int harmless = 0;
    for (int i = 0; i < 12; i++) {
      byte[] bad =
          switch (i % 3) {
            case 0 -> Arrays.copyOf(file, random.nextInt(file.length));
            case 1 -> Arrays.copyOf(file, file.length - 1 - random.nextInt(50));
            default -> {
              byte[] flipped = file.clone();
              flipped[10 + random.nextInt(file.length - 10)] ^= (byte) (1 << random.nextInt(8));
              yield flipped;
            }
          };
      try {
        restore(test.store(), bad);
        // a bit that no decoder looks at: then nothing may be missing
        assertThat(content(test.store())).as("case " + i).isEqualTo(whole);
        before = whole;
        harmless++;
      } catch (Problem refused) {
        assertThat(content(test.store())).as("case " + i + refused).isEqualTo(before);
      }
    }
    assertThat(harmless).isLessThan(3);
    assertThatThrownBy(() -> restore(test.store(), "hello".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("no whole Ingot backup");
    long next = restore(test.store(), file).rows();
    assertThat(next).isGreaterThan(30);
  }

  @Test
  void aBackupOfAnotherSchemaIsRefusedByName() throws Exception {
    byte[] file = backup(test.store());
    test.jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    "INSERT INTO flyway_schema_history (installed_rank, version, description, type,"
                        + " script, installed_by, execution_time, success) VALUES (9999, '9999',"
                        + " 'x', 'SQL', 'x', 'x', 1, true)"));
    assertThatThrownBy(() -> restore(test.store(), file))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("older Ingot (1.2.3")
        .hasMessageContaining("9999");
    byte[] newer = backup(test.store());
    test.jdbi()
        .useHandle(
            handle -> handle.execute("DELETE FROM flyway_schema_history WHERE version = '9999'"));
    assertThatThrownBy(() -> restore(test.store(), newer))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("newer Ingot");
  }

  @Test
  void embeddedToExternalAndBack() throws Exception {
    assumeTrue(DebianPostgres.isInstalled(), "Debian's PostgreSQL is not installed");
    fill(test.store(), 200);
    String before = content(test.store());
    byte[] file = backup(test.store());
    try (DebianPostgres external = DebianPostgres.start();
        Store other =
            Store.open(
                DatabaseSettings.DEFAULT.external(
                    external.url(), external.user(), external.password()),
                Path.of("/nonexistent"))) {
      addTables(other);
      restore(other, file);
      assertThat(content(other)).isEqualTo(before);
      byte[] back = backup(other);
      test.jdbi().useHandle(handle -> handle.execute("DELETE FROM piece"));
      restore(test.store(), back);
      assertThat(content(test.store())).isEqualTo(before);
    }
  }
}
