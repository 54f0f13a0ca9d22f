package dev.ingot.server;

import dev.ingot.server.access.AuditTable;
import dev.ingot.server.boot.Boot;
import dev.ingot.server.events.EventTable;
import dev.ingot.server.inventory.Inventory;
import dev.ingot.server.jobs.Jobs;
import dev.ingot.server.logs.LogTable;
import dev.ingot.server.plugins.Plugins;
import dev.ingot.server.resources.claim.ClaimTable;
import dev.ingot.server.store.Budget;
import dev.ingot.server.store.Retention.Kept;
import dev.ingot.server.store.queue.Queue;
import dev.ingot.server.webhooks.AttemptLog;
import dev.ingot.server.webhooks.DeadLetters;
import dev.ingot.server.workflow.Workflows;
import java.util.List;

/** How long and how much each table that only grows is kept; a key for each. */
public record RetentionSettings(
    Budget audit,
    Budget event,
    Budget inventoryHistory,
    Budget log,
    Budget queueDead,
    Budget webhookDead,
    Budget webhookAttempt,
    Budget taskOutput,
    Budget bootRecord,
    Budget claimPast,
    Budget pluginHistory,
    Budget runTimeline) {
  public static final RetentionSettings DEFAULT =
      new RetentionSettings(
          Budget.of(AuditTable.TABLE),
          Budget.of(EventTable.TABLE),
          Budget.of(Inventory.HISTORY),
          Budget.of(LogTable.TABLE),
          Budget.of(Queue.DEAD),
          Budget.of(DeadLetters.TABLE),
          Budget.of(AttemptLog.TABLE),
          Budget.of(Jobs.OUTPUT),
          Budget.of(Boot.RECORDS),
          Budget.of(ClaimTable.PAST),
          Budget.of(Plugins.HISTORY),
          Budget.of(Workflows.TIMELINE));

  List<Kept> kept() {
    return List.of(
        new Kept(AuditTable.TABLE, audit),
        new Kept(EventTable.TABLE, event),
        new Kept(Inventory.HISTORY, inventoryHistory),
        new Kept(LogTable.TABLE, log),
        new Kept(Queue.DEAD, queueDead),
        new Kept(DeadLetters.TABLE, webhookDead),
        new Kept(AttemptLog.TABLE, webhookAttempt),
        new Kept(Jobs.OUTPUT, taskOutput),
        new Kept(Boot.RECORDS, bootRecord),
        new Kept(ClaimTable.PAST, claimPast),
        new Kept(Plugins.HISTORY, pluginHistory),
        new Kept(Workflows.TIMELINE, runTimeline));
  }
}
