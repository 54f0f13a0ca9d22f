package dev.ingot.app;

import dev.ingot.agent.parse.Parsers;
import dev.ingot.cli.Noun;
import dev.ingot.cli.Verb;
import java.util.List;

/** The commands that run something here, beside those that ask a server. */
final class LocalCommands {
  private LocalCommands() {}

  static List<Noun> all() {
    return List.of(
        RackCommands.noun(),
        Noun.verb(
            "up",
            "Runs everything on this machine, and this machine as its first node",
            () ->
                program(
                    Verb.of(
                            "up",
                            "Runs server and agent. Every configuration key is also a flag:"
                                + " --http.port 8090",
                            UpCommand::run)
                        .flag(UpCommand.AMQP, "also a message broker, on this machine only"))),
        Noun.verb(
            "server",
            "Runs a server; with a verb, asks one",
            () ->
                program(
                    Verb.of(
                        "server",
                        "Runs a server. Every configuration key is also a flag: --http.port 8090",
                        ServerCommand::run))),
        new Noun(
            "agent",
            null,
            "Runs an agent: this machine becomes a node",
            () ->
                program(
                    Verb.of(
                            "agent",
                            "Runs an agent. Every configuration key is also a flag:"
                                + " --server.url https://ingot.example:8080",
                            AgentCommand::run)
                        .flag(AgentCommand.WITH_PARENT, "end when standard input does")),
            BootstrapCommands::all,
            null),
        Noun.verb(
            "inspect",
            "Prints this machine's hardware; needs no server",
            () ->
                Verb.of("inspect", "Prints this machine's hardware", InspectCommand::run)
                    .option("--section", "NAME", "only this one, e.g. cpu")
                    .option("--folder", "DIR", "the agent's folder, which keeps the install id")
                    .option("--record", "DIR", "also keep all that is read in a new folder")
                    .option("--replay", "DIR", "inspect what was recorded, on any machine")
                    .option(
                        "--diff", "OLD.json", "only what differs from a document printed before")
                    .option("--config", "FILE", "YAML (INGOT_CONFIG; else as the agent finds it)")
                    .option("--data.dir", "DIR", "the data folder, where it is not the usual one")
                    .optionalRest("SECTION", "only these, e.g. cpu mem")),
        Noun.verb(
            "parse",
            "Prints what a parser makes of a tool's recorded output",
            () ->
                Verb.of(
                        "parse",
                        "Prints the facts that a parser finds in a recorded output of a tool, and"
                            + " what it did not understand",
                        ParseCommand::run)
                    .argument("TOOL", String.join(", ", Parsers.names()))
                    .optional("FILE", "the output; standard input if left out")),
        Noun.verb(
            "simulate",
            "Lets machines that are not there join, for demonstrations and load",
            () ->
                Verb.of("simulate", "Simulates agents until stopped", SimulateCommand::run)
                    .option("--nodes", "N", "how many machines (10)")
                    .option("--seed", "N", "the same seed makes the same machines (1)")
                    .option("--at-once", "N", "how many may be on their way in at a time (250)")
                    .option(
                        "--behaviour",
                        "MIX",
                        "mixed, or percentages as slow=5,failing=5,flapping=3,lying=2,rebooting=2"
                            + " (all steady)")
                    .option(
                        "--enrolment-token-file",
                        "FILE",
                        "their token (INGOT_ENROLMENT_TOKEN; else a new one is made)")
                    .option(
                        "--begun-file",
                        "FILE",
                        "appends each task that begins: machine, task, attempt")
                    .option(
                        "--power-port",
                        "PORT",
                        "serves their power and boot devices there, for workflow.power-url")
                    .flag("--until-stored", "end when the server has stored all of them")));
  }

  static Verb program(Verb verb) {
    return verb.option(
            "--config", "FILE", "YAML (INGOT_CONFIG; else ingot.yaml in the data folder)")
        .option("--log", "FORMAT", "auto, text or json")
        .takingConfiguration();
  }
}
