package dev.ingot.agentamqp.ur;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the kernel says of the boot. */
final class Kernel {
  private static final Logger log = LoggerFactory.getLogger(Kernel.class);
  private static final Pattern BOOT_PORT =
      Pattern.compile("(?:^|\\s)BOOTIF=(?:01-)?((?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2})(?:\\s|$)");
  private static final Pattern BOOT_TIME = Pattern.compile("(?m)^btime (\\d{1,12})$");

  /** JavaScript's {@code Date.toISOString}. */
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Kernel() {}

  /** Address of the port that the machine booted from, null if nobody said. */
  static @Nullable String bootPort() {
    Matcher matcher = BOOT_PORT.matcher(read("/proc/cmdline"));
    return matcher.find() ? matcher.group(1).replace('-', ':').toLowerCase(Locale.ROOT) : null;
  }

  /** Seconds since 1970. */
  static @Nullable Long bootTime() {
    Matcher matcher = BOOT_TIME.matcher(read("/proc/stat"));
    return matcher.find() ? Long.valueOf(matcher.group(1)) : null;
  }

  static String timestamp(Instant time) {
    return TIMESTAMP.format(time);
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      log.debug("read {}", file, e);
      return "";
    }
  }
}
