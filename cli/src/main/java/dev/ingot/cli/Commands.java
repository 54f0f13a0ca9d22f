package dev.ingot.cli;

import java.util.List;

/** Every command that asks a server. */
final class Commands {
  private Commands() {}

  static List<Noun> all() {
    return List.of(
        Noun.of("nodes", "node", "Machines: list, show, query, tag, …", NodeCommands::all),
        Noun.of("classes", "class", "What kind of machine a node is", ClassCommands::all),
        Noun.of("views", "view", "Questions with a name: run, load, …", ViewCommands::all),
        Noun.of(
            "inventory",
            "inventories",
            "The documents of all machines: aggregate, distinct, …",
            InventoryCommands::all),
        Noun.of("parts", "part", "Parts by serial number: find, list", PartCommands::all),
        Noun.of(
            "boot",
            "boots",
            "What machines get when they boot from the network",
            BootCommands::all),
        Noun.of("resources", "resource", "Who holds what: claim, release, …", ResourceCommands::all)
            .taking("-r", "--resource-type", "KIND", "of this kind (default: machines)"),
        Noun.of("claims", "claim", "Claims on resources, and why they wait", ClaimCommands::all),
        Noun.of("networks", "network", "Networks and pools of addresses", NetworkCommands::all),
        Noun.of("resource-kinds", "resource-kind", "What can be held", ResourceKindCommands::all),
        Noun.of("jobs", "job", "Calls over many nodes, and what came of them", JobCommands::jobs),
        Noun.of("workflows", "workflow", "Durable graphs of steps", WorkflowCommands::all),
        Noun.of("runs", "run", "Runs of workflows, and why they wait", RunCommands::all),
        Noun.of("fleets", "fleet", "Workflows over many nodes, in waves", FleetCommands::all),
        Noun.of("triggers", "trigger", "Schedules, and what events begin", TriggerCommands::all),
        Noun.of("capabilities", "capability", "What the nodes can do", JobCommands::capabilities),
        Noun.of("plugins", "plugin", "Commands that nodes run by name", PluginCommands::all),
        Noun.of("events", "event", "What happens, as it happens", EventCommands::all),
        Noun.of("webhooks", "webhook", "Where events are posted to", WebhookCommands::all),
        Noun.of("tokens", "token", "Tokens of people and programs", TokenCommands::all),
        Noun.of("roles", "role", "What tokens may read and write, where", RoleCommands::all),
        Noun.of(
            "enrolment-tokens",
            "enrolment-token",
            "Tokens with which agents join",
            EnrolmentTokenCommands::all),
        Noun.of(
            "boot-tickets",
            "boot-ticket",
            "Tickets with which one machine joins once",
            JoiningCommands::bootTickets),
        Noun.of(
            "known-machines",
            "known-machine",
            "Machines that may join when they come",
            JoiningCommands::knownMachines),
        Noun.of(
            "boot-networks",
            "boot-network",
            "Who may join from which network",
            JoiningCommands::bootNetworks),
        Noun.of("audit", "audits", "Who changed what", AuditCommands::all),
        Noun.of("setup", "setups", "What is prepared once", SetupCommands::all),
        Noun.of("server", "servers", "The server itself", ServerCommands::all),
        Noun.verb("logs", "What machines and programs say", LogCommands::logs),
        Noun.verb("call", "Calls a capability on many nodes", CallCommands::call),
        Noun.verb("collect", "Runs a plugin on many nodes", PluginCommands::collect),
        Noun.verb("exec", "Runs a command on many nodes", CallCommands::exec),
        Noun.verb("lookup", "Finds nodes by MAC, address, name or serial", NodeCommands::lookup),
        Noun.verb("backup", "Writes everything to a file", BackupCommands::backup),
        Noun.verb("restore", "Replaces everything by a backup", BackupCommands::restore));
  }
}
