package dev.ingot.configuration;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of one program, read strictly: default &lt; YAML file &lt; {@code INGOT_…}
 * environment &lt; flags. A record's component {@code allowedHosts} is the key {@code
 * allowed-hosts}; nested records are nested keys. What nobody knows is refused, with the nearest
 * key that somebody does.
 *
 * <p>Components may be {@code String}, {@code int}, {@code long}, {@code boolean}, {@link
 * java.time.Duration}, {@link ByteSize}, {@link Path}, {@link Secret}, an enum, a {@code List} of
 * those, a record, or a {@code Map} from words to any of them; {@code @Nullable} ones may be left
 * out or set to null.
 */
public final class Configuration {
  /** Variables that start with INGOT_ and are no keys; docs/configuration.md says what they do. */
  public static final Set<String> OTHER_VARIABLES =
      Set.of(
          "INGOT_SERVER",
          "INGOT_LOOKUP_URL",
          "INGOT_LOOKUP_TOKEN_FILE",
          "INGOT_TOKEN",
          "INGOT_TOKEN_FILE",
          "INGOT_CONFIG",
          "INGOT_JAVA_HOME",
          "INGOT_JAVA_OPTIONS",
          "INGOT_AOT",
          "INGOT_FIXTURES");

  /** Prefixes of variables for tests and benchmarks. */
  private static final List<String> OTHER_PREFIXES = List.of("INGOT_TEST_", "INGOT_BENCH_");

  private final Reading reading;
  private final Binder binder;

  private Configuration(
      @Nullable Path file, Map<String, String> environment, Map<String, String> flags) {
    Map<String, Given> written = file == null ? Map.of() : YamlFile.read(file);
    this.reading = new Reading(written, environment, flags);
    this.binder = new Binder(reading, new SecretFiles(reading, file));
  }

  /**
   * Reads a program's whole configuration into one record.
   *
   * @param file null for none; one that is named must be there
   * @param flags by dotted key, e.g. {@code http.port}
   * @throws ConfigurationException with one line for each thing that is wrong
   */
  public static <T extends Record> T read(
      Class<T> type,
      T defaults,
      @Nullable Path file,
      Map<String, String> environment,
      Map<String, String> flags) {
    Configuration configuration = of(file, environment, flags);
    T settings = configuration.section("", type, defaults);
    configuration.check();
    return settings;
  }

  /**
   * Starts reading a configuration of several records; {@link #check} ends it.
   *
   * @throws ConfigurationException if the file cannot be read or is not YAML
   */
  public static Configuration of(
      @Nullable Path file, Map<String, String> environment, Map<String, String> flags) {
    return new Configuration(file, environment, flags);
  }

  /**
   * The record at a key ({@code ""} for the top). Of use only after {@link #check}: while something
   * in it is wrong, these are the defaults.
   */
  public <T extends Record> T section(String key, Class<T> type, T defaults) {
    if (!key.isEmpty()) {
      reading.takeGroup(key);
    }
    Object settings = binder.record(key, type, defaults);
    return settings == null ? defaults : type.cast(settings);
  }

  /** Takes everything below these top keys as known: another program reads it from this file. */
  public Configuration leave(Set<String> keys) {
    keys.forEach(reading::leave);
    return this;
  }

  /**
   * Ends the reading.
   *
   * @throws ConfigurationException if something was wrong or is unknown
   */
  public void check() {
    Set<String> names = new TreeSet<>();
    Set<String> variables = new TreeSet<>(OTHER_VARIABLES);
    for (KnownKey key : reading.known) {
      variables.add(key.variable());
      names.add(key.name());
      for (int dot = key.name().indexOf('.'); dot > 0; dot = key.name().indexOf('.', dot + 1)) {
        names.add(key.name().substring(0, dot));
      }
    }
    reading
        .unknown()
        .forEach(
            (key, given) ->
                reading.problems.add(
                    key + " (" + given.place() + "): unknown key" + suggestion(key, names)));
    for (String variable : reading.unknownVariables()) {
      if (!OTHER_VARIABLES.contains(variable)
          && OTHER_PREFIXES.stream().noneMatch(variable::startsWith)) {
        reading.problems.add(
            variable + " (environment): unknown variable" + suggestion(variable, variables));
      }
    }
    if (!reading.problems.isEmpty()) {
      throw new ConfigurationException(reading.problems);
    }
  }

  /** The keys that the sections read so far know, in their order. */
  public List<KnownKey> keys() {
    return List.copyOf(reading.known);
  }

  private static String suggestion(String written, Set<String> known) {
    String nearest = Nearest.of(written, known);
    return nearest == null ? "" : "; did you mean " + nearest + "?";
  }
}
