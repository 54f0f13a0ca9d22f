package dev.ingot.server;

import dev.ingot.server.agents.AgentsSettings;
import dev.ingot.server.boot.NetbootSettings;
import dev.ingot.server.broker.AmqpSettings;
import dev.ingot.server.http.HttpSettings;
import dev.ingot.server.inventory.InventorySettings;
import dev.ingot.server.jobs.JobsSettings;
import dev.ingot.server.logs.LogsSettings;
import dev.ingot.server.mercury.MercurySettings;
import dev.ingot.server.nodes.NodesSettings;
import dev.ingot.server.resources.ResourcesSettings;
import dev.ingot.server.store.DatabaseSettings;
import dev.ingot.server.ur.UrSettings;
import dev.ingot.server.vogeler.VogelerSettings;
import dev.ingot.server.webhooks.WebhooksSettings;
import dev.ingot.server.workflow.WorkflowSettings;
import java.nio.file.Path;

/**
 * Everything that can be configured; the nested records are the nested keys of the YAML file.
 *
 * @param data the data folder
 */
public record ServerSettings(
    DataSettings data,
    DatabaseSettings database,
    HttpSettings http,
    RetentionSettings retention,
    NodesSettings nodes,
    InventorySettings inventory,
    AgentsSettings agents,
    JobsSettings jobs,
    WebhooksSettings webhooks,
    LogsSettings logs,
    AmqpSettings amqp,
    NetbootSettings netboot,
    ResourcesSettings resources,
    VogelerSettings vogeler,
    UrSettings ur,
    MercurySettings mercury,
    WorkflowSettings workflow) {
  public static final ServerSettings DEFAULT =
      new ServerSettings(
          DataSettings.DEFAULT,
          DatabaseSettings.DEFAULT,
          HttpSettings.DEFAULT,
          RetentionSettings.DEFAULT,
          NodesSettings.DEFAULT,
          InventorySettings.DEFAULT,
          AgentsSettings.DEFAULT,
          JobsSettings.DEFAULT,
          WebhooksSettings.DEFAULT,
          LogsSettings.DEFAULT,
          AmqpSettings.DEFAULT,
          NetbootSettings.DEFAULT,
          ResourcesSettings.DEFAULT,
          VogelerSettings.DEFAULT,
          UrSettings.DEFAULT,
          MercurySettings.DEFAULT,
          WorkflowSettings.DEFAULT);

  /** The same with another listener. */
  public ServerSettings with(HttpSettings other) {
    return new ServerSettings(
        data, database, other, retention, nodes, inventory, agents, jobs, webhooks, logs, amqp,
        netboot, resources, vogeler, ur, mercury, workflow);
  }

  /** The same with another database. */
  public ServerSettings with(DatabaseSettings other) {
    return new ServerSettings(
        data, other, http, retention, nodes, inventory, agents, jobs, webhooks, logs, amqp, netboot,
        resources, vogeler, ur, mercury, workflow);
  }

  /** The same with another way to answer from the inventory. */
  public ServerSettings with(InventorySettings other) {
    return new ServerSettings(
        data, database, http, retention, nodes, other, agents, jobs, webhooks, logs, amqp, netboot,
        resources, vogeler, ur, mercury, workflow);
  }

  /** The same with other ways to post events. */
  public ServerSettings with(WebhooksSettings other) {
    return new ServerSettings(
        data, database, http, retention, nodes, inventory, agents, jobs, other, logs, amqp, netboot,
        resources, vogeler, ur, mercury, workflow);
  }

  /** The same with another data folder. */
  public ServerSettings with(DataSettings other) {
    return new ServerSettings(
        other, database, http, retention, nodes, inventory, agents, jobs, webhooks, logs, amqp,
        netboot, resources, vogeler, ur, mercury, workflow);
  }

  /** The same with another broker. */
  public ServerSettings with(AmqpSettings other) {
    return new ServerSettings(
        data, database, http, retention, nodes, inventory, agents, jobs, webhooks, logs, other,
        netboot, resources, vogeler, ur, mercury, workflow);
  }

  /** The same with other networks to boot machines on. */
  public ServerSettings with(NetbootSettings other) {
    return new ServerSettings(
        data, database, http, retention, nodes, inventory, agents, jobs, webhooks, logs, amqp,
        other, resources, vogeler, ur, mercury, workflow);
  }

  /** The same with other ways to hold resources. */
  public ServerSettings with(ResourcesSettings other) {
    return new ServerSettings(
        data, database, http, retention, nodes, inventory, agents, jobs, webhooks, logs, amqp,
        netboot, other, vogeler, ur, mercury, workflow);
  }

  /** The same with Mercury's protocol. */
  public ServerSettings with(MercurySettings other) {
    return new ServerSettings(
        data, database, http, retention, nodes, inventory, agents, jobs, webhooks, logs, amqp,
        netboot, resources, vogeler, ur, other, workflow);
  }

  /** The same with other ways to run workflows. */
  public ServerSettings with(WorkflowSettings other) {
    return new ServerSettings(
        data, database, http, retention, nodes, inventory, agents, jobs, webhooks, logs, amqp,
        netboot, resources, vogeler, ur, mercury, other);
  }

  /** The same with Vogeler's protocol. */
  public ServerSettings with(VogelerSettings other) {
    return new ServerSettings(
        data, database, http, retention, nodes, inventory, agents, jobs, webhooks, logs, amqp,
        netboot, resources, other, ur, mercury, workflow);
  }

  /** The same with Ur's protocol. */
  public ServerSettings with(UrSettings other) {
    return new ServerSettings(
        data, database, http, retention, nodes, inventory, agents, jobs, webhooks, logs, amqp,
        netboot, resources, vogeler, other, mercury, workflow);
  }

  /**
   * @param dir where the server keeps its files: the embedded database, the administrator's token
   */
  public record DataSettings(Path dir) {
    public static final DataSettings DEFAULT = new DataSettings(defaultFolder());

    private static Path defaultFolder() {
      return "root".equals(System.getProperty("user.name"))
          ? Path.of("/var/lib/ingot")
          : Path.of(System.getProperty("user.home", "/"), ".local/share/ingot");
    }
  }
}
