package dev.ingot.server.store;

import java.util.List;
import org.jdbi.v3.core.Handle;

/** A table's columns that are stored as given: generated ones are computed again. */
final class Columns {
  private Columns() {}

  /** Their names, quoted, in order. */
  static List<String> of(Handle handle, String table) {
    return handle
        .createQuery(
            """
            SELECT quote_ident(attname) FROM pg_attribute
             WHERE attrelid = to_regclass(:table) AND attnum > 0
               AND NOT attisdropped AND attgenerated = ''
             ORDER BY attnum
            """)
        .bind("table", table)
        .mapTo(String.class)
        .list();
  }
}
