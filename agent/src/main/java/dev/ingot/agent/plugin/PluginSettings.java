package dev.ingot.agent.plugin;

import dev.ingot.configuration.ByteSize;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * @param dir the folder of {@code *.cfg} files that register plugins; without it {@code plugins} in
 *     the data folder
 * @param spool how much room results have that wait for the server
 * @param vogeler whether the server may let runners of Vogeler, who prove nothing, ask for them
 */
public record PluginSettings(@Nullable Path dir, ByteSize spool, boolean vogeler) {
  public static final PluginSettings DEFAULT =
      new PluginSettings(null, ByteSize.parse("64MiB"), false);
}
