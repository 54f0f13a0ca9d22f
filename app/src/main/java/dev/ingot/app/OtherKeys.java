package dev.ingot.app;

import dev.ingot.agent.AgentSettings;
import dev.ingot.server.ServerSettings;
import java.lang.reflect.RecordComponent;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Server and agent may share one file: each leaves to the other what is the other's alone. */
final class OtherKeys {
  private OtherKeys() {}

  /** The top keys that only a server reads. */
  static Set<String> ofServer() {
    return without(ServerSettings.class, AgentSettings.class);
  }

  /** The top keys that only an agent reads. */
  static Set<String> ofAgent() {
    return without(AgentSettings.class, ServerSettings.class);
  }

  /** All top keys but these: of a command that reads no others. */
  static Set<String> but(Set<String> read) {
    Set<String> keys = top(ServerSettings.class);
    keys.addAll(top(AgentSettings.class));
    keys.add("log");
    keys.removeAll(read);
    return keys;
  }

  private static Set<String> without(Class<?> all, Class<?> other) {
    Set<String> keys = top(all);
    keys.removeAll(top(other));
    return keys;
  }

  private static Set<String> top(Class<?> type) {
    Set<String> keys = new TreeSet<>();
    for (RecordComponent component : type.getRecordComponents()) {
      keys.add(component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT));
    }
    return keys;
  }
}
