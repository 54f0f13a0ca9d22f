package dev.ingot.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
  enum Case {
    UPPER,
    AS_READ
  }

  record Http(int port, List<String> allowedHosts, boolean insecure, @Nullable Tls tls) {
    Http {
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException("port is 0 to 65535, not " + port);
      }
    }
  }

  record Tls(Path key, Path certificate) {}

  record Budget(Duration age, ByteSize bytes) {
    static final Budget DEFAULT = new Budget(Duration.ofDays(7), ByteSize.ofGibibytes(1));
  }

  record Database(@Nullable String url, @Nullable Secret password) {}

  record Settings(
      Path dataDir, Http http, Database database, Map<String, Budget> retention, Case uuidCase) {}

  static final Settings DEFAULT =
      new Settings(
          Path.of("/var/lib/ingot"),
          new Http(8080, List.of("localhost"), false, null),
          new Database(null, null),
          Map.of("audit_row", Budget.DEFAULT),
          Case.UPPER);

  @TempDir Path folder;
  Path file;

  @BeforeEach
  void file() {
    file = folder.resolve("ingot.yaml");
  }

  @Test
  void nothingGivenIsTheDefault() {
    assertThat(read("")).isEqualTo(DEFAULT);
    assertThat(Configuration.read(Settings.class, DEFAULT, null, Map.of(), Map.of()))
        .isEqualTo(DEFAULT);
  }

  @Test
  void everyKeyOfTheFileIsTaken() {
    Settings settings =
        read(
            """
            # a comment
            data-dir: /srv/ingot
            http:
              port: 9090
              allowed-hosts: [a.example, "b.example"]
              insecure: true
              tls: {key: k.pem, certificate: c.pem}
            database:
              url: jdbc:postgresql://db/ingot
              password: hunter2
            retention:
              event:
                age: 12h
              audit_row: {age: 30d, bytes: 10GiB}
            uuid-case: as-read
            """);
    assertThat(settings)
        .isEqualTo(
            new Settings(
                Path.of("/srv/ingot"),
                new Http(
                    9090,
                    List.of("a.example", "b.example"),
                    true,
                    new Tls(Path.of("k.pem"), Path.of("c.pem"))),
                new Database("jdbc:postgresql://db/ingot", new Secret("hunter2")),
                Map.of(
                    "event",
                    new Budget(Duration.ofHours(12), ByteSize.ofGibibytes(1)),
                    "audit_row",
                    new Budget(Duration.ofDays(30), ByteSize.ofGibibytes(10))),
                Case.AS_READ));
    assertThat(settings.toString()).doesNotContain("hunter2");
  }

  @Test
  void flagsWinOverTheEnvironmentAndThatOverTheFile() {
    String text = "http: {port: 1}";
    Map<String, String> environment = Map.of("INGOT_HTTP_PORT", "2", "HOME", "/root");
    assertThat(read(text).http().port()).isEqualTo(1);
    assertThat(read(text, environment, Map.of()).http().port()).isEqualTo(2);
    assertThat(read(text, environment, Map.of("http.port", "3")).http().port()).isEqualTo(3);
    assertThat(read(text, Map.of("INGOT_HTTP_PORT", ""), Map.of()).http().port()).isEqualTo(1);
  }

  @Test
  void listsAndMapEntriesComeFromTheEnvironmentToo() {
    Settings settings =
        read(
            "",
            Map.of(
                "INGOT_HTTP_ALLOWED_HOSTS", "a, b,",
                "INGOT_RETENTION_AUDIT_ROW_AGE", "1h",
                "INGOT_RETENTION_BOOT_RECORD_BYTES", "5MiB",
                "INGOT_HTTP_TLS_KEY", "k",
                "INGOT_HTTP_TLS_CERTIFICATE", "c"),
            Map.of());
    assertThat(settings.http().allowedHosts()).containsExactly("a", "b");
    assertThat(settings.http().tls()).isEqualTo(new Tls(Path.of("k"), Path.of("c")));
    assertThat(settings.retention().get("audit_row"))
        .isEqualTo(new Budget(Duration.ofHours(1), ByteSize.ofGibibytes(1)));
    assertThat(settings.retention().get("boot_record"))
        .isEqualTo(new Budget(Duration.ofDays(7), ByteSize.ofMebibytes(5)));
  }

  @Test
  void anUnknownKeyNamesItsLineAndTheNearestKnownOne() {
    assertThat(problems("http:\n  prot: 1\n"))
        .containsExactly("http.prot (" + file + " line 2): unknown key; did you mean http.port?");
    assertThat(problems("htpp:\n  port: 1\n"))
        .containsExactly("htpp (" + file + " line 1): unknown key; did you mean http?");
    assertThat(problems("retention: {event: {aeg: 1d}}"))
        .containsExactly(
            "retention.event.aeg ("
                + file
                + " line 1): unknown key; did you mean retention.*.age?");
    assertThat(problems("zzzzzzzzzzzzzzz: 1"))
        .containsExactly("zzzzzzzzzzzzzzz (" + file + " line 1): unknown key");
  }

  @Test
  void anUnknownVariableOrFlagIsRefusedTheSameWay() {
    assertThat(problems("", Map.of("INGOT_HTP_PORT", "1", "INGOT_TOKEN", "x"), Map.of()))
        .containsExactly(
            "INGOT_HTP_PORT (environment): unknown variable; did you mean INGOT_HTTP_PORT?");
    assertThat(problems("", Map.of(), Map.of("http.ports", "1")))
        .containsExactly("http.ports (flag --http.ports): unknown key; did you mean http.port?");
  }

  @Test
  void everyWrongValueIsNamedWithWhatWouldBeRight() {
    assertThat(
            problems(
                """
                http: {port: 80a, insecure: maybe}
                uuid-case: lower
                retention:
                  event: {age: 5 weeks, bytes: many}
                data-dir: [a]
                """))
        .containsExactly(
            "data-dir (" + file + " line 5): one value (path), not a list or a group",
            "http.port (" + file + " line 1): \"80a\" is not a whole number, e.g. 8080",
            "http.insecure (" + file + " line 1): \"maybe\" is neither true nor false",
            "retention.event.age ("
                + file
                + " line 4): \"5 weeks\" is not a duration with a unit, e.g. 30s, 5m or 7d",
            "retention.event.bytes ("
                + file
                + " line 4): \"many\" is not an amount of bytes with a unit, e.g. 512MiB or 10GiB",
            "uuid-case (" + file + " line 2): \"lower\" is none of upper, as-read");
    assertThat(problems("http: 8080"))
        .containsExactly(
            "http ("
                + file
                + " line 1): a group of keys (port, allowed-hosts, insecure, tls), not a value");
    assertThat(problems("http: {port: 70000}"))
        .containsExactly("http: port is 0 to 65535, not 70000");
    assertThat(problems("http: {port: 99999999999}").getFirst()).contains("up to 2147483647");
    assertThat(problems("http: {tls: {key: k}}"))
        .containsExactly("http.tls.certificate is missing: path");
    assertThat(problems("http: {port: }").getFirst()).contains("empty; expected whole number");
  }

  @Test
  void aSecretComesFromAFileThatOthersCannotReadAndNeverFromAFlag() throws IOException {
    Path secret = folder.resolve("password");
    Files.writeString(secret, "hunter2\n");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));
    String text = "database: {password-file: " + secret + "}";
    assertThat(problems(text).getFirst()).contains("chmod 600 " + secret);
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    assertThat(read(text).database().password()).isEqualTo(new Secret("hunter2"));
    Map<String, String> environment = Map.of("INGOT_DATABASE_PASSWORD", "hunter3");
    assertThat(read("", environment, Map.of()).database().password())
        .isEqualTo(new Secret("hunter3"));
    assertThat(problems(text, environment, Map.of()).getFirst()).contains("keep one");
    assertThat(problems("", Map.of(), Map.of("database.password", "hunter2")))
        .containsExactly(
            "database.password (flag --database.password): a secret is never given as a flag;"
                + " use --database.password-file");
    Files.writeString(file, "database: {password: hunter2}");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    ConfigurationException refused =
        catchThrowableOfType(
            ConfigurationException.class,
            () -> Configuration.read(Settings.class, DEFAULT, file, Map.of(), Map.of()));
    assertThat(refused).hasMessageContaining("chmod 600").hasMessageNotContaining("hunter2");
  }

  @Test
  void whatIsNotPlainYamlIsRefusedWithItsLineAndWithoutItsText() throws IOException {
    assertThat(problems("a: &x 1\nb: *x\n").getFirst()).contains("line 1", "anchors");
    assertThat(problems("http: {port: 1}\nhttp: {port: 2}").getFirst())
        .contains("line 2", "the key http is there twice");
    assertThat(problems("- a\n").getFirst()).contains("not a group of keys");
    assertThat(problems("http: {port: 1}\n---\nhttp: {port: 1}\n").getFirst()).contains("second");
    assertThat(problems("database:\n  password: hunter2\n : - [").getFirst())
        .contains("line", "not YAML")
        .doesNotContain("hunter2");
    assertThat(problems("http.port: 1").getFirst()).contains("nested keys");
    assertThat(problems("a: " + "{a: ".repeat(5_000) + "1" + "}".repeat(5_000)).getFirst())
        .contains("deep");
    assertThat(problems("#".repeat(YamlFile.MAX_BYTES + 1)).getFirst()).contains("larger");
    Files.delete(file);
    assertThat(
            catchThrowableOfType(
                ConfigurationException.class,
                () -> Configuration.read(Settings.class, DEFAULT, file, Map.of(), Map.of())))
        .hasMessage(file + ": no such file");
  }

  @Test
  void randomBytesThrowNothingButTheirOwnError() throws IOException {
    Random random = new Random(20261121);
    byte[] seed =
        "http: {port: 1}\nretention:\n  a: {age: 1d}\nuuid-case: \"upper\"\n"
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    int refused = 0;
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = seed.clone();
      for (int j = 0; j < 3; j++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Files.write(file, bytes);
      try {
        Configuration.read(Settings.class, DEFAULT, file, Map.of(), Map.of());
      } catch (ConfigurationException e) {
        refused++;
        assertThat(e.problems()).isNotEmpty();
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void severalRecordsShareOneFile() throws IOException {
    write("http: {port: 1}\nagent: {tls: {key: a}}\n");
    Configuration server = Configuration.of(file, Map.of("INGOT_AGENT_X", "1"), Map.of());
    server.leave(java.util.Set.of("agent"));
    assertThat(server.section("", Settings.class, DEFAULT).http().port()).isEqualTo(1);
    server.check();
    Configuration one = Configuration.of(file, Map.of(), Map.of());
    one.section("http", Http.class, DEFAULT.http());
    assertThat(catchThrowableOfType(ConfigurationException.class, one::check).problems())
        .containsExactly("agent (" + file + " line 2): unknown key");
  }

  @Test
  void theKeysListThemselves() {
    Configuration configuration = Configuration.of(null, Map.of(), Map.of());
    configuration.section("", Settings.class, DEFAULT);
    assertThat(configuration.keys())
        .contains(
            new KnownKey("data-dir", "path", "/var/lib/ingot"),
            new KnownKey("http.allowed-hosts", "list of text", "localhost"),
            new KnownKey("http.tls.key", "path", ""),
            new KnownKey("database.password-file", "path", ""),
            new KnownKey("retention.*.age", "duration", "7d"),
            new KnownKey("uuid-case", "upper, as-read", "upper"));
    assertThat(new KnownKey("http.allowed-hosts", "", "").variable())
        .isEqualTo("INGOT_HTTP_ALLOWED_HOSTS");
  }

  private Settings read(String text) {
    return read(text, Map.of(), Map.of());
  }

  private Settings read(String text, Map<String, String> environment, Map<String, String> flags) {
    write(text);
    return Configuration.read(Settings.class, DEFAULT, file, environment, flags);
  }

  private List<String> problems(String text) {
    return problems(text, Map.of(), Map.of());
  }

  private List<String> problems(
      String text, Map<String, String> environment, Map<String, String> flags) {
    return catchThrowableOfType(ConfigurationException.class, () -> read(text, environment, flags))
        .problems();
  }

  private void write(String text) {
    try {
      Files.writeString(file, text);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
