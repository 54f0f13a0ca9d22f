package dev.ingot.server.inventory.history;

import dev.ingot.server.events.Severity;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What another value of a field means. Every rule is here: a field that says how well a part is, a
 * field of which less is worse, a flag. What no rule knows is informational.
 */
final class FieldRules {
  /** Fields that say how something is, by the last key of their path. */
  private static final Pattern CONDITION =
      Pattern.compile(
          "(?i)(.*_)?(status|state|health|condition|consistency|smart|result)|vendor_state");

  /** No longer as it should be. */
  private static final Pattern BAD =
      Pattern.compile(
          "(?i).*\\b(degraded|failing|failed|failure|fail|fault(y|ed)?|critical|error|offline|missing|rebuild(ing)?|recover(y|ing)|predict(ive|ed)?|bad|warning|unhealthy|foreign|non[-"
              + " ]?operational|needs?"
              + " attention|ndatn|sub-?optimal|defunct|dgrd|dgd|fld|frgn|pdgd|offln|ofln|msng|ubad|rbld|inconsistent|unavail(able)?|inactive|suspended|removed|not"
              + " ok|nok)\\b.*");

  /** Not working at all. */
  private static final Pattern DEAD =
      Pattern.compile(
          "(?i).*\\b(failed|failure|faulted|unavail(able)?|critical|offline|offln|ofln|dead"
              + "|defunct|fld|non[- ]?operational)\\b.*");

  /** Of these less is worse. */
  private static final Set<String> LESS_IS_WORSE =
      Set.of(
          "memtotal",
          "total_memory",
          "memory_total",
          "total_bytes",
          "total_size",
          "size",
          "size_bytes",
          "memory_bytes",
          "cache_bytes",
          "capacity",
          "cores",
          "threads",
          "total_drives",
          "speed",
          "configured_speed",
          "speed_mtps",
          "configured_speed_mtps",
          "active_devices",
          "link_speed",
          "link_width",
          "current_link_speed",
          "current_link_width",
          "lnksta_speed",
          "lnksta_width",
          "width",
          "lanes",
          "cache_size",
          "power_capacity",
          "max_speed",
          "instances");

  /** True is worse. */
  private static final Set<String> TRUE_IS_WORSE =
      Set.of(
          "failed",
          "failing",
          "degraded",
          "has_errors",
          "predictive_failure",
          "predicted_failure",
          "smart_alert",
          "read_only",
          "faulty",
          "missing",
          "dead");

  /** False is worse. */
  private static final Set<String> FALSE_IS_WORSE =
      Set.of(
          "healthy",
          "passed",
          "ok",
          "smart_passed",
          "operational",
          "redundant",
          "present",
          "plugged");

  /** The kernel keeps a little more or less of the memory with each version. */
  private static final BigDecimal TOLERATED = new BigDecimal("0.992");

  private FieldRules() {}

  /** What it means that a field has another value. */
  static Verdict of(String path, @Nullable JsonNode before, @Nullable JsonNode after) {
    String key = path.substring(path.lastIndexOf('.') + 1);
    String name = key.toLowerCase(Locale.ROOT);
    if (CONDITION.matcher(key).matches()) {
      return condition(before, after);
    }
    if (before != null && after != null && LESS_IS_WORSE.contains(name)) {
      BigDecimal was = Amounts.number(text(before));
      BigDecimal now = Amounts.number(text(after));
      BigDecimal least =
          was == null ? null : name.equals("memtotal") ? was.multiply(TOLERATED) : was;
      return new Verdict(now != null && least != null && now.compareTo(least) < 0, false);
    }
    boolean worse =
        after != null
            && after.isBoolean()
            && (after.booleanValue() ? TRUE_IS_WORSE : FALSE_IS_WORSE).contains(name)
            && (before != null || after.booleanValue());
    return new Verdict(worse, false);
  }

  private static Verdict condition(@Nullable JsonNode before, @Nullable JsonNode after) {
    boolean bad = after != null && BAD.matcher(words(after)).matches();
    boolean dead = after != null && DEAD.matcher(words(after)).matches();
    boolean wasBad = before != null && BAD.matcher(words(before)).matches();
    boolean wasDead = before != null && DEAD.matcher(words(before)).matches();
    return new Verdict((bad && !wasBad) || (dead && !wasDead), dead && !wasDead);
  }

  private static String words(JsonNode value) {
    return text(value).replace('_', ' ');
  }

  private static String text(JsonNode value) {
    return value.isValueNode() ? value.asString("") : "";
  }

  /**
   * A rule's word.
   *
   * @param worse less than before
   * @param critical it does not work any more
   */
  record Verdict(boolean worse, boolean critical) {
    Finding finding(String what, String path) {
      Finding finding = Finding.of(worse ? Change.DEGRADED : Change.INFORMATIONAL, what, path);
      return critical && finding.severity() == Severity.WARNING ? finding.critical() : finding;
    }
  }
}
