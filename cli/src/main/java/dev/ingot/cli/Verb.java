package dev.ingot.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A command: its name, what it takes and what it does. Declared by code, for a fast start. */
public final class Verb {
  /** What a command does. */
  public interface Action {
    /** Returns an {@link ExitCode}. */
    int run(Call call) throws Exception;
  }

  private final String name;
  private final String summary;
  private final Action action;
  private final List<ArgSpec> arguments = new ArrayList<>();
  private int positions;
  private boolean takesAnyFlag;

  private Verb(String name, String summary, Action action) {
    this.name = name;
    this.summary = summary;
    this.action = action;
  }

  public static Verb of(String name, String summary, Action action) {
    return new Verb(name, summary, action);
  }

  /** An option with a value. */
  public Verb option(String option, String value, String what) {
    return add(
        OptionSpec.builder(option).type(String.class).paramLabel(value).description(what).build());
  }

  /** An option that may be there many times. */
  public Verb options(String option, String value, String what) {
    return add(
        OptionSpec.builder(option)
            .type(List.class)
            .auxiliaryTypes(String.class)
            .paramLabel(value)
            .description(what)
            .build());
  }

  /** An option without a value. */
  public Verb flag(String option, String what) {
    return add(OptionSpec.builder(option).type(boolean.class).arity("0").description(what).build());
  }

  /** An argument that must be there. */
  public Verb argument(String label, String what) {
    return position(label, what, "1");
  }

  /** An argument that may be left out. */
  public Verb optional(String label, String what) {
    return position(label, what, "0..1");
  }

  /** All the arguments that are left, at least one. */
  public Verb rest(String label, String what) {
    return add(
        PositionalParamSpec.builder()
            .index(positions++ + "..*")
            .arity("1..*")
            .required(true)
            .type(List.class)
            .auxiliaryTypes(String.class)
            .paramLabel(label)
            .description(what)
            .build());
  }

  /** All the arguments that are left, none too. */
  public Verb optionalRest(String label, String what) {
    return add(
        PositionalParamSpec.builder()
            .index(positions++ + "..*")
            .arity("0..*")
            .required(false)
            .type(List.class)
            .auxiliaryTypes(String.class)
            .paramLabel(label)
            .description(what)
            .build());
  }

  /** A list: may be shown again and again. */
  public Verb list() {
    return option("--limit", "N", "at most so many (default: all)")
        .flag("--watch", "show it again every 2 seconds");
  }

  /** Something that cannot be taken back: asks, or wants {@code --yes}. */
  public Verb destructive() {
    return flag("--yes", "do not ask");
  }

  /** Takes {@code --<configuration key> VALUE} for every key. */
  public Verb takingConfiguration() {
    takesAnyFlag = true;
    return this;
  }

  String name() {
    return name;
  }

  int run(Call call) throws Exception {
    return action.run(call);
  }

  CommandSpec spec() {
    CommandSpec spec = CommandSpec.wrapWithoutInspection(this).name(name);
    spec.usageMessage().description(summary);
    arguments.forEach(spec::add);
    if (takesAnyFlag) {
      spec.parser().unmatchedArgumentsAllowed(true).unmatchedOptionsArePositionalParams(false);
    }
    return spec;
  }

  private Verb position(String label, String what, String arity) {
    return add(
        PositionalParamSpec.builder()
            .index(Integer.toString(positions++))
            .arity(arity)
            .required(arity.equals("1"))
            .type(String.class)
            .paramLabel(label)
            .description(what)
            .build());
  }

  private Verb add(ArgSpec argument) {
    arguments.add(argument);
    return this;
  }
}
