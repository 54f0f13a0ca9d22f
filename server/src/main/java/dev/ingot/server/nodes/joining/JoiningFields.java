package dev.ingot.server.nodes.joining;

import dev.ingot.core.JunkIdentifiers;
import dev.ingot.server.nodes.joining.KnownMachines.KnownMachine;
import dev.ingot.server.nodes.lookup.LookupKey;
import dev.ingot.server.problem.Problem;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What people may write, each field with what would be right. */
final class JoiningFields {
  private static final Pattern NAME = Pattern.compile("[0-9A-Za-z][0-9A-Za-z._@-]{0,62}");
  private static final Pattern UUID = Pattern.compile("[0-9A-F]{8}-([0-9A-F]{4}-){3}[0-9A-F]{12}");
  private static final Pattern SERIAL = Pattern.compile("\\P{Cntrl}{1,256}");
  private static final Pattern NOTE = Pattern.compile("\\P{Cntrl}{0,256}");
  private static final Duration LONGEST = Duration.ofDays(3650);

  private JoiningFields() {}

  static String name(String field, String text) {
    if (!NAME.matcher(text).matches()) {
      throw Problem.invalid(
          field, "must be 1 to 63 letters, digits, dots, dashes, underscores or @");
    }
    return text;
  }

  static Duration lifetime(@Nullable Long seconds, Duration otherwise) {
    if (seconds == null) {
      return otherwise;
    }
    if (seconds < 1 || seconds > LONGEST.toSeconds()) {
      throw Problem.invalid("expiresInSeconds", "must be from 1 to " + LONGEST.toSeconds());
    }
    return Duration.ofSeconds(seconds);
  }

  static String mac(String field, String text) {
    if (!LookupKey.isMac(text)) {
      throw Problem.invalid(field, "must be a MAC address such as 00:25:90:01:02:03");
    }
    return LookupKey.mac(text);
  }

  /** An IP address as the server sees it; names are not looked up. */
  static String address(String field, String text) {
    try {
      return InetAddress.ofLiteral(text).getHostAddress().toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      throw new Problem(Problem.Kind.INVALID, "must be an IP address", field, e);
    }
  }

  /** The machine in its stored form. */
  static KnownMachine known(KnownMachine machine) {
    if (machine.note() != null && !NOTE.matcher(machine.note()).matches()) {
      throw Problem.invalid("note", "must be at most 256 characters on one line");
    }
    return new KnownMachine(machine.kind(), value(machine), machine.note());
  }

  private static String value(KnownMachine machine) {
    String text = machine.value().strip();
    String upper = text.toUpperCase(Locale.ROOT);
    return switch (machine.kind()) {
      case "mac" -> mac("value", text);
      case "uuid" -> {
        if (!UUID.matcher(upper).matches() || JunkIdentifiers.standard().isJunkUuid(upper)) {
          throw Problem.invalid("value", "must be a UUID that identifies a machine");
        }
        yield upper;
      }
      case "serial" -> {
        if (!SERIAL.matcher(text).matches() || JunkIdentifiers.standard().isJunk(text)) {
          throw Problem.invalid("value", "must be a serial number that identifies a machine");
        }
        yield upper;
      }
      default -> throw Problem.invalid("kind", "must be mac, serial or uuid");
    };
  }
}
