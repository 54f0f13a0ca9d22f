package dev.ingot.cli;

import dev.ingot.client.ClientException;
import dev.ingot.configuration.Nearest;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: finds the command, runs it, and turns what went wrong into an exit code. */
public final class Cli {
  private final Terminal terminal;
  private final String version;
  private final Map<String, Noun> nouns = new TreeMap<>();

  /**
   * @param own commands of the program itself, beside those that ask a server
   */
  public Cli(Terminal terminal, String version, List<Noun> own) {
    this.terminal = terminal;
    this.version = version;
    for (Noun noun : Commands.all()) {
      nouns.put(noun.name(), noun);
    }
    nouns.put(
        "completion",
        Noun.verb(
            "completion",
            "Prints a completion script for a shell",
            () ->
                Verb.of("completion", "", this::completion)
                    .argument("SHELL", "bash (zsh: after autoload bashcompinit)")));
    for (Noun noun : own) {
      nouns.merge(noun.name(), noun, Noun::doing);
    }
  }

  /** Runs one command line; returns its {@link ExitCode}. */
  public int run(String... arguments) {
    Problems problems = new Problems(terminal, Problems.asksForJson(arguments));
    CommandLine commandLine = commandLine(firstWord(arguments));
    ParseResult result;
    try {
      result = commandLine.parseArgs(arguments);
    } catch (ParameterException e) {
      return problems.usage(usage(e));
    }
    ParseResult last = result;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    CommandLine chosen = last.commandSpec().commandLine();
    if (last.isUsageHelpRequested() || result.isUsageHelpRequested()) {
      chosen.usage(terminal.out());
      return ExitCode.OK;
    }
    if (result.isVersionHelpRequested()) {
      terminal.out().println("ingot " + version);
      terminal.out().flush();
      return ExitCode.OK;
    }
    if (!(last.commandSpec().userObject() instanceof Verb verb)) {
      chosen.usage(terminal.err());
      return ExitCode.USAGE;
    }
    return run(verb, result, last, problems);
  }

  private int run(Verb verb, ParseResult all, ParseResult last, Problems problems) {
    try (Call call = new Call(terminal, all, last)) {
      Format.of(call.format()); // before anything is done
      int code = verb.run(call);
      terminal.out().flush();
      return terminal.out().checkError() ? ExitCode.FAILED : code;
    } catch (CommandException e) {
      return problems.local(e);
    } catch (ClientException e) {
      return problems.remote(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.INTERRUPTED;
    } catch (Exception e) {
      return problems.unexpected(e);
    }
  }

  private CommandLine commandLine(@Nullable String chosen) {
    CommandSpec root = CommandSpec.create().name("ingot");
    root.usageMessage().description("Turns racks of bare metal into an API.");
    root.addOption(
        OptionSpec.builder("-h", "--help")
            .usageHelp(true)
            .scopeType(ScopeType.INHERIT)
            .description("show this")
            .build());
    root.addOption(
        OptionSpec.builder("--version").versionHelp(true).description("show the version").build());
    global(root, List.of("-o", "--output"), "FORMAT", Format.WORDS);
    global(root, List.of("--server"), "URL", "the server (INGOT_SERVER)");
    global(root, List.of("--token-file"), "FILE", "file with the token (INGOT_TOKEN)");
    global(root, List.of("--certificates"), "FILE", "PEM file: trust exactly these");
    global(root, List.of("--timeout"), "SECONDS", "how long one call may take (default 30)");
    for (Noun noun : nouns.values()) {
      root.addSubcommand(noun.name(), noun.spec(chosen == null || noun.is(chosen)));
    }
    CommandLine commandLine = new CommandLine(root);
    commandLine.setUsageHelpAutoWidth(false);
    int width = terminal.width();
    commandLine.setUsageHelpWidth(width < 56 ? 80 : Math.min(width, 120));
    commandLine.setAbbreviatedOptionsAllowed(false);
    return commandLine;
  }

  private static void global(CommandSpec root, List<String> names, String label, String what) {
    root.addOption(
        OptionSpec.builder(names.toArray(new String[0]))
            .type(String.class)
            .paramLabel(label)
            .scopeType(ScopeType.INHERIT)
            .description(what)
            .build());
  }

  /** The noun that was given; the empty word when there is none, so that nothing is made. */
  private String firstWord(String[] arguments) {
    for (String argument : arguments) {
      if (nouns.values().stream().anyMatch(noun -> noun.is(argument))) {
        return argument;
      }
    }
    return "";
  }

  private static String usage(ParameterException e) {
    String line = String.valueOf(e.getMessage()).replace('\n', ' ').strip();
    if (e instanceof UnmatchedArgumentException unmatched) {
      String word = unmatched.getUnmatched().getFirst();
      String what = unmatched.isUnknownOption() ? "unknown option " : "unknown command ";
      boolean leaf = e.getCommandLine().getSubcommands().isEmpty();
      line = (leaf && !unmatched.isUnknownOption() ? "unexpected argument " : what) + word;
      String nearest = Nearest.of(word, known(e.getCommandLine(), unmatched.isUnknownOption()));
      if (nearest != null) {
        line += "; did you mean " + nearest + "?";
      }
    }
    return line + " (ingot" + path(e.getCommandLine()) + " --help)";
  }

  private static Collection<String> known(CommandLine commandLine, boolean options) {
    return options
        ? commandLine.getCommandSpec().optionsMap().keySet()
        : commandLine.getSubcommands().keySet();
  }

  private static String path(CommandLine commandLine) {
    String path = commandLine.getCommandSpec().qualifiedName(" ");
    return path.startsWith("ingot") ? path.substring("ingot".length()) : " " + path;
  }

  private int completion(Call call) {
    if (!call.argument(0).matches("bash|zsh")) {
      throw CommandException.usage("completion is made for bash or zsh, not " + call.argument(0));
    }
    List<String> lines = new ArrayList<>();
    if (call.argument(0).equals("zsh")) {
      lines.add("autoload -U +X bashcompinit && bashcompinit");
    }
    lines.add(AutoComplete.bash("ingot", commandLine(null)));
    PrintWriter out = new PrintWriter(terminal.out(), false, StandardCharsets.UTF_8);
    lines.forEach(out::println);
    out.flush();
    return ExitCode.OK;
  }
}
