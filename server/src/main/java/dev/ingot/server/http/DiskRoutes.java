package dev.ingot.server.http;

import dev.ingot.server.access.Role;
import dev.ingot.server.store.DiskUsage;
import dev.ingot.server.store.Retention.Kept;
import dev.ingot.server.store.Store;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/server/disk}: what the database takes, and how much it may. */
public final class DiskRoutes implements Routes {
  private final Store store;
  private final List<Kept> kept;

  public DiskRoutes(Store store, List<Kept> kept) {
    this.store = store;
    this.kept = kept;
  }

  /** The answer; {@code diskBytes} and {@code freeBytes} are null for an external database. */
  record Disk(
      String pressure,
      @Nullable Long diskBytes,
      @Nullable Long freeBytes,
      long databaseBytes,
      List<Table> tables) {}

  /** One table; {@code oldest} and the budget are null where it does not only grow. */
  record Table(
      String name,
      long bytes,
      long rows,
      @Nullable Instant oldest,
      @Nullable Long keptSeconds,
      @Nullable Long keptBytes) {
    static Table of(DiskUsage.Table table) {
      return new Table(
          table.name(),
          table.bytes(),
          table.rows(),
          table.oldest(),
          table.age() == null ? null : table.age().toSeconds(),
          table.budget());
    }
  }

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get("/api/v1/server/disk", this::disk, Role.READER);
  }

  private void disk(Context context) {
    Requests.query(context);
    DiskUsage.Report report = DiskUsage.read(store, kept);
    context.json(
        new Disk(
            report.pressure().name().toLowerCase(Locale.ROOT),
            report.disk() == null ? null : report.disk().totalBytes(),
            report.disk() == null ? null : report.disk().freeBytes(),
            report.databaseBytes(),
            report.tables().stream().map(Table::of).toList()));
  }
}
