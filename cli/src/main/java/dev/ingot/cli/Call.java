package dev.ingot.cli;

import dev.ingot.client.IngotClient;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/** One command as it was given, and what it needs to answer. */
public final class Call implements AutoCloseable {
  private final Terminal terminal;
  private final ParseResult all;
  private final ParseResult last;
  private @Nullable IngotClient client;

  Call(Terminal terminal, ParseResult all, ParseResult last) {
    this.terminal = terminal;
    this.all = all;
    this.last = last;
  }

  public Terminal terminal() {
    return terminal;
  }

  /** The value of an option, wherever in the line it stands. */
  public @Nullable String option(String name) {
    for (ParseResult at = all; ; at = at.subcommand()) {
      if (at.hasMatchedOption(name)) {
        return at.matchedOptionValue(name, "");
      }
      if (!at.hasSubcommand()) {
        return null;
      }
    }
  }

  public List<String> options(String name) {
    return last.hasMatchedOption(name) ? last.matchedOptionValue(name, List.of()) : List.of();
  }

  public boolean flag(String name) {
    return last.hasMatchedOption(name);
  }

  /** The argument at a position, empty when it was left out. */
  public String argument(int position) {
    return last.matchedPositionalValue(position, "");
  }

  /** All arguments from a position on. */
  public List<String> rest(int position) {
    return last.matchedPositionalValue(position, List.of());
  }

  /** What no option of the command took, for those that take configuration keys. */
  public List<String> unmatched() {
    return last.unmatched();
  }

  /** The format that was asked for. */
  public String format() {
    String asked = option("-o");
    return asked == null ? "table" : asked;
  }

  /** A whole number given as an option. */
  public int number(String name, int otherwise) {
    String text = option(name);
    if (text == null) {
      return otherwise;
    }
    if (!text.matches("[1-9]\\d{0,8}")) {
      throw CommandException.usage(name + " is a number from 1 on, not " + text);
    }
    return Integer.parseInt(text);
  }

  public Output output() {
    return new Output(terminal, Format.of(format()));
  }

  /** The server's address, as flags and environment say. */
  public URI server() {
    return Session.server(terminal, this);
  }

  /** This machine's data folder, as a server of this user finds it. */
  public java.nio.file.Path dataFolder() {
    return Session.dataFolder(terminal.environment());
  }

  public IngotClient client() {
    if (client == null) {
      client = Session.open(terminal, this);
    }
    return client;
  }

  /** Makes sure that a person wants what cannot be taken back. */
  void confirm(String question) {
    if (flag("--yes")) {
      return;
    }
    if (!terminal.personIsThere()) {
      throw CommandException.usage("this cannot be taken back: say --yes");
    }
    if (!terminal.yes(question)) {
      throw new CommandException(ExitCode.REFUSED, "left as it is");
    }
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
  }
}
