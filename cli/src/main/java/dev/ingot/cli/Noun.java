package dev.ingot.cli;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ScopeType;

/**
 * A first word of the command line. What it holds is made only when it is the word that was given.
 *
 * @param singular the other spelling that is taken, null for none
 * @param shared an option that all its verbs take, before them or after; null for none
 * @param itself what the word alone does, null when it needs a verb
 */
public record Noun(
    String name,
    @Nullable String singular,
    String summary,
    @Nullable Supplier<Verb> itself,
    Supplier<List<Verb>> verbs,
    @Nullable Shared shared) {

  /** A noun that needs a verb. */
  public static Noun of(String name, String singular, String summary, Supplier<List<Verb>> verbs) {
    return new Noun(name, singular, summary, null, verbs, null);
  }

  /** A command of one word. */
  public static Noun verb(String name, String summary, Supplier<Verb> verb) {
    return new Noun(name, null, summary, verb, List::of, null);
  }

  /** An option of a noun. */
  record Shared(String shortName, String name, String label, String what) {
    OptionSpec spec() {
      return OptionSpec.builder(shortName, name)
          .type(String.class)
          .paramLabel(label)
          .scopeType(ScopeType.INHERIT)
          .description(what)
          .build();
    }
  }

  /** The same noun, whose verbs all take an option. */
  Noun taking(String shortName, String option, String label, String what) {
    return new Noun(
        name, singular, summary, itself, verbs, new Shared(shortName, option, label, what));
  }

  /** The same noun, and on its own it does something. */
  Noun doing(Noun other) {
    return new Noun(name, singular, other.summary, other.itself, verbs, shared);
  }

  boolean is(String word) {
    return word.equals(name) || word.equals(singular);
  }

  CommandSpec spec(boolean whole) {
    CommandSpec spec =
        whole && itself != null ? itself.get().spec() : CommandSpec.create().name(name);
    spec.name(name);
    spec.usageMessage().description(summary);
    if (singular != null) {
      spec.aliases(singular);
    }
    if (whole && shared != null) {
      spec.addOption(shared.spec());
    }
    if (whole) {
      for (Verb verb : verbs.get()) {
        spec.addSubcommand(verb.name(), verb.spec());
      }
    }
    return spec;
  }
}
