package dev.ingot.server.nodes.lookup;

import dev.ingot.server.problem.Problem;
import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What somebody reads off a machine, a switch or a log, in the forms that we store. */
public final class LookupKey {
  private static final Pattern MAC =
      Pattern.compile(
          "[0-9a-f]{2}([:-]?)[0-9a-f]{2}(\\1[0-9a-f]{2}){4}|[0-9a-f]{4}([.:-])[0-9a-f]{4}\\3[0-9a-f]{4}");

  /** What may be an IPv6 address; a literal only, nobody is asked for a name. */
  private static final Pattern ADDRESS = Pattern.compile("[0-9a-f.]*:[0-9a-f.]*:[0-9a-f:.]*");

  private static final Pattern SEPARATOR = Pattern.compile("[:.-]");
  private static final int LONGEST = 256;

  private LookupKey() {}

  /**
   * The values that the key may be stored as: as an identifier (upper and lower case), a MAC with
   * colons, an address without its zone or prefix length.
   *
   * @throws Problem on the field {@code key}
   */
  public static Set<String> forms(String key) {
    String text = key.strip();
    if (text.isEmpty() || text.length() > LONGEST || text.indexOf('\0') >= 0) {
      throw Problem.invalid(
          "key", "must be a MAC, an IP address, a name, a serial number or an id");
    }
    Set<String> forms = new LinkedHashSet<>();
    String lower = text.toLowerCase(Locale.ROOT);
    if (MAC.matcher(lower).matches()) {
      forms.add(mac(lower));
    }
    forms.add(lower);
    forms.add(text.toUpperCase(Locale.ROOT));
    String address = lower.split("[/%]", 2)[0];
    forms.add(address);
    if (ADDRESS.matcher(address).matches()) {
      addAddress(address, forms);
    }
    return forms;
  }

  /** As agents write it (RFC 5952), and as Java does: a session's address is kept like that. */
  private static void addAddress(String written, Set<String> forms) {
    try {
      String groups = InetAddress.ofLiteral(written).getHostAddress();
      forms.add(groups);
      for (int zeros = 8; zeros > 1; zeros--) {
        Matcher run = Pattern.compile("(^|:)0(:0){" + (zeros - 1) + "}(:|$)").matcher(groups);
        if (run.find()) {
          forms.add(run.replaceFirst("::"));
          return;
        }
      }
    } catch (IllegalArgumentException e) {
      // A name or a serial number with colons in it.
      forms.add(written);
    }
  }

  /** A MAC in any usual spelling as it is stored: lower case with colons. */
  public static String mac(String spelling) {
    String digits = SEPARATOR.matcher(spelling.strip().toLowerCase(Locale.ROOT)).replaceAll("");
    return String.join(":", digits.split("(?<=\\G..)", -1)).replaceAll(":$", "");
  }

  /** Whether the text is a MAC in a usual spelling. */
  public static boolean isMac(String text) {
    return MAC.matcher(text.strip().toLowerCase(Locale.ROOT)).matches();
  }
}
