package dev.ingot.agent.inspect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What tools said in the last inspection of each inspector. A tool that hangs now has not taken
 * that back: what was known stands, and the reason says so.
 */
final class LastAnswers {
  /** Of one inspector; an answer that would be more is not kept. */
  private static final int MOST_CHARACTERS = 4 << 20;

  /** Times that a program hangs until an inspection does not ask it any more. */
  private static final int MOST_HUNG = 4;

  private final Map<String, Map<List<String>, String>> byInspector = new ConcurrentHashMap<>();

  /** The tools for one inspection by one inspector. */
  Asking asking(String inspector, Tools tools) {
    return new Asking(inspector, tools, byInspector.getOrDefault(inspector, Map.of()));
  }

  private interface Question {
    String ask() throws ToolUnavailable;
  }

  /** Used by one thread. */
  final class Asking implements Tools {
    private final String inspector;
    private final Tools tools;
    private final Map<List<String>, String> before;
    private final Map<List<String>, String> now = new HashMap<>();
    private final Map<String, Integer> hung = new HashMap<>();
    private final List<String> stale = new ArrayList<>();
    private final Map<String, Integer> unasked = new TreeMap<>();
    private int characters;

    private Asking(String inspector, Tools tools, Map<List<String>, String> before) {
      this.inspector = inspector;
      this.tools = tools;
      this.before = before;
    }

    /** The inspection is over; why answers are those of the one before. */
    List<String> end() {
      byInspector.put(inspector, now);
      unasked.forEach(
          (program, answers) ->
              stale.add(program + " was not asked again, " + answers + " last answers stand"));
      return stale;
    }

    @Override
    public boolean has(String program) {
      return tools.has(program);
    }

    @Override
    public String run(String program, String... arguments) throws ToolUnavailable {
      return ask(() -> tools.run(program, arguments), program, arguments);
    }

    @Override
    public String runWhateverStatus(String program, String... arguments) throws ToolUnavailable {
      return ask(() -> tools.runWhateverStatus(program, arguments), program, arguments);
    }

    private String ask(Question question, String program, String... arguments)
        throws ToolUnavailable {
      List<String> words = new ArrayList<>(List.of(arguments));
      words.addFirst(program);
      String answer = answer(question, program, words);
      if (characters + answer.length() <= MOST_CHARACTERS) {
        characters += answer.length();
        now.put(words, answer);
      }
      return answer;
    }

    private String answer(Question question, String program, List<String> words)
        throws ToolUnavailable {
      String earlier = before.get(words);
      if (hung.getOrDefault(program, 0) == MOST_HUNG) {
        if (earlier == null) {
          throw new ToolUnavailable(program + " hung " + MOST_HUNG + " times: not asked again");
        }
        unasked.merge(program, 1, Integer::sum);
        return earlier;
      }
      try {
        return question.ask();
      } catch (ToolUnavailable e) {
        if (!e.hung()) {
          throw e;
        }
        hung.merge(program, 1, Integer::sum);
        if (earlier == null) {
          throw e;
        }
        stale.add(String.join(" ", words) + ": " + e.reason() + ", its last answer stands");
        return earlier;
      }
    }
  }
}
