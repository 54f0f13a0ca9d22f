package dev.ingot.server.inventory.query;

import dev.ingot.server.inventory.filter.FieldPath;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * {@code plugins.NAME}: the last result of each plugin of a node, with {@code time}, {@code exit},
 * {@code error}, {@code format}, {@code source}, {@code job}, {@code milliseconds}, {@code
 * valueTime} and {@code value}. Only those that are read are made: values are large.
 */
public final class PluginAttribute {
  static final String ROOT = "plugins";

  /** What a name may be, also of a foreign plugin; nothing that ends a text of SQL. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_%-]{1,192}");

  private static final String TIME =
      "to_char(p.%s AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')";

  private PluginAttribute() {}

  /** All of a node, as an expression over {@code v}; null when there are none. */
  public static String all() {
    return records("");
  }

  private static String records(String condition) {
    return "(SELECT jsonb_object_agg(p.name, jsonb_strip_nulls(jsonb_build_object('time', "
        + TIME.formatted("time")
        + ", 'valueTime', "
        + TIME.formatted("value_time")
        + ", 'exit', p.exit, 'error', p.error, 'format', p.format, 'source', p.source,"
        + " 'job', p.job, 'milliseconds', p.milliseconds))"
        + " || CASE WHEN p.value IS NULL THEN '{}' ELSE jsonb_build_object('value', p.value) END)"
        + " FROM plugin_result p WHERE p.node = v.id"
        + condition
        + ")";
  }

  /** An object with what the paths read, to be put beside other attributes. */
  static String object(Collection<FieldPath> read) {
    Set<String> names = new TreeSet<>();
    boolean all = false;
    for (FieldPath path : read) {
      if (path.first().equals(ROOT)) {
        all |= path.keys().size() == 1;
        path.keys().stream().skip(1).limit(1).filter(NAME.asMatchPredicate()).forEach(names::add);
      }
    }
    if (!all && names.isEmpty()) { // of another name there is none
      return "";
    }
    String condition =
        all
            ? ""
            : " AND p.name IN ("
                + names.stream().collect(Collectors.joining("', '", "'", "'"))
                + ")";
    // Nulls within values stay: they are the plugin's own.
    return " || coalesce((SELECT jsonb_build_object('%s', made) FROM (SELECT %s AS made) AS m WHERE made IS NOT NULL), '{}')"
        .formatted(ROOT, records(condition));
  }
}
