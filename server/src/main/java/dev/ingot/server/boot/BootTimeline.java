package dev.ingot.server.boot;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The evidence of a port, divided into its attempts to boot, each with a guess where it ended
 * early. A pure function.
 */
final class BootTimeline {
  private static final String NO_ADVERTISEMENT =
      "iPXE waited about 16 s before its first request: old versions do where no router"
          + " advertisement is on the network";

  private BootTimeline() {}

  /**
   * @param seconds since the attempt began
   */
  record Item(long id, Instant at, double seconds, String kind, String text, JsonNode data) {}

  /**
   * @param guess why it seems to have ended where it did, or what it waited for; null when nothing
   *     is odd
   */
  record Attempt(Instant began, double seconds, List<Item> items, @Nullable String guess) {}

  /** A stored record. */
  record Row(long id, Instant at, @Nullable String mac, String kind, String text, JsonNode data) {}

  /**
   * @param rows oldest first
   * @param gap a silence that long begins a new attempt
   * @param now by the database's clock
   */
  static List<Attempt> of(List<Row> rows, Duration gap, Instant now) {
    List<Attempt> attempts = new ArrayList<>();
    List<Row> current = new ArrayList<>();
    for (Row row : rows) {
      if (!current.isEmpty() && begins(row, current, gap)) {
        attempts.add(attempt(current, row.at()));
        current = new ArrayList<>();
      }
      current.add(row);
    }
    if (!current.isEmpty()) {
      attempts.add(attempt(current, now));
    }
    return attempts;
  }

  /**
   * Firmware that discovers after anything later than firmware's own DHCP has begun anew; so has
   * iPXE that discovers after its script, where it is the firmware itself, and whoever was silent
   * for long.
   */
  private static boolean begins(Row row, List<Row> current, Duration gap) {
    if (Duration.between(current.getLast().at(), row.at()).compareTo(gap) > 0) {
      return true;
    }
    if (asks(row, "discover")
        && current.stream().anyMatch(earlier -> earlier.kind().startsWith("script-"))) {
      return true;
    }
    boolean firmware =
        asks(row, "discover") && !row.data().path("client").stringValue("").equals("ipxe");
    return firmware
        && current.stream()
            .anyMatch(earlier -> !earlier.kind().startsWith("dhcp-") || isIpxe(earlier));
  }

  private static boolean asks(Row row, String word) {
    return row.kind().startsWith("dhcp-")
        && row.data().path("asked").stringValue("").equals(word)
        && !row.data().path("client").stringValue("").equals("other");
  }

  private static boolean isIpxe(Row row) {
    return row.data().path("client").stringValue("").equals("ipxe");
  }

  private static Attempt attempt(List<Row> rows, Instant until) {
    Instant began = rows.getFirst().at();
    List<Item> items =
        rows.stream()
            .map(
                row ->
                    new Item(
                        row.id(),
                        row.at(),
                        since(began, row.at()),
                        row.kind(),
                        row.text(),
                        row.data()))
            .toList();
    return new Attempt(began, since(began, rows.getLast().at()), items, guess(rows, until));
  }

  private static double since(Instant from, Instant to) {
    return Duration.between(from, to).toMillis() / 1000.0;
  }

  private static @Nullable String guess(List<Row> rows, Instant until) {
    Row last = rows.getLast();
    if (since(last.at(), until) < 30) {
      return null; // it may still go on
    }
    boolean script = rows.stream().anyMatch(row -> row.kind().equals("script-sent"));
    boolean filesAfterScript =
        script && rows.stream().anyMatch(row -> row.kind().equals("file-sent") && isHttp(row));
    if (rows.stream().anyMatch(row -> row.kind().equals("file-failed"))) {
      return "a file could not be sent whole: " + text(rows, "file-failed");
    }
    if (filesAfterScript) {
      return waited(rows) ? NO_ADVERTISEMENT : null;
    }
    if (script) {
      return "the script was sent and nothing of it was fetched: iPXE could not load what it names,"
          + " or the machine was reset";
    }
    if (rows.stream().anyMatch(row -> row.kind().startsWith("script-"))) {
      return text(rows, "script-");
    }
    if (rows.stream().anyMatch(row -> row.kind().equals("file-refused"))) {
      return text(rows, "file-refused")
          + ": put the file into the boot files, or name another first file in the profile";
    }
    if (rows.stream().anyMatch(row -> row.kind().equals("file-sent"))) {
      return "the first file was sent and no script was asked for: Secure Boot refuses a file that"
          + " is not signed, or the HTTP port for booting is filtered";
    }
    if (rows.stream().anyMatch(row -> row.kind().equals("dhcp-offered") && !isIpxe(row))) {
      return "a file was offered and never asked for: the machine took another server's offer, or"
          + " UDP port 69 is filtered";
    }
    return null;
  }

  private static boolean isHttp(Row row) {
    return row.data().path("protocol").stringValue("").equals("http");
  }

  private static String text(List<Row> rows, String kind) {
    return rows.stream()
        .filter(row -> row.kind().startsWith(kind))
        .reduce((one, later) -> later)
        .map(Row::text)
        .orElse("");
  }

  private static boolean waited(List<Row> rows) {
    Instant acknowledged = null;
    for (Row row : rows) {
      if (isIpxe(row) && asks(row, "request")) {
        acknowledged = row.at();
      } else if (row.kind().equals("script-sent") && acknowledged != null) {
        double seconds = since(acknowledged, row.at());
        return seconds > 14 && seconds < 20;
      }
    }
    return false;
  }
}
