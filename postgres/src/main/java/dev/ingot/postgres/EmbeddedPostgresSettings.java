package dev.ingot.postgres;

import java.nio.file.Path;
import java.util.Map;

/**
 * What the embedded PostgreSQL is started with.
 *
 * @param folder its own folder ({@code postgres} in the data folder); made when missing
 * @param binaries where binaries are unpacked, shared between folders; made when missing
 * @param durable false switches fsync off, only for data that nobody misses: what is committed
 *     outlives PostgreSQL, not the machine
 * @param parameters further lines of postgresql.conf, they win over ours
 */
public record EmbeddedPostgresSettings(
    Path folder, Path binaries, boolean durable, Map<String, String> parameters) {

  public EmbeddedPostgresSettings {
    folder = folder.toAbsolutePath().normalize();
    binaries = binaries.toAbsolutePath().normalize();
    parameters = Map.copyOf(parameters);
  }

  /** Durable, everything under one folder. */
  public static EmbeddedPostgresSettings in(Path folder) {
    return new EmbeddedPostgresSettings(folder, folder, true, Map.of());
  }
}
