package dev.ingot.server.resources.claim;

import dev.ingot.server.access.Principal;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.resources.claim.GroupCommit.Answer;
import dev.ingot.server.resources.kind.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Claims and releases of many clients, answered together: one statement for all claims of a kind,
 * one for what is released of it, one for the audit and one for the events. Whom the quick way does
 * not serve is answered null and goes the patient one.
 */
final class Admission implements GroupCommit.Answering<Admission.Question, Claims.Made> {
  /** More at once would make the others wait. */
  private static final int MOST = 1024;

  /** What a client asks. */
  sealed interface Question {}

  /** A claim without filter and keys; all of them of one kind and place ask for the same. */
  record Claiming(
      Principal who, Kind kind, ClaimRequest request, Claims.@Nullable Idempotency idempotency)
      implements Question {}

  /** The end of a claim; see {@link ClaimDesk#release}. */
  record Releasing(
      Principal who, long id, Consumer<Claim> precondition, boolean now, @Nullable String reason)
      implements Question {}

  private final Claims claims;
  private final GroupTaking taking;
  private final GroupRelease releasing;
  private final Tidings tidings;
  private final RandomGenerator random;

  Admission(
      Claims claims,
      GroupTaking taking,
      GroupRelease releasing,
      Tidings tidings,
      RandomGenerator random) {
    this.claims = claims;
    this.taking = taking;
    this.releasing = releasing;
    this.tidings = tidings;
    this.random = random;
  }

  /** Whether a claim may go along with others. */
  static boolean takesAlong(ClaimRequest request) {
    return request.where() == null
        && request.keys() == null
        && request.prefixLength() == null
        && request.wanted() <= MOST;
  }

  @Override
  public List<Answer<Claims.Made>> answer(Handle handle, List<Question> questions) {
    Map<Integer, Claiming> asked = new LinkedHashMap<>();
    Map<Integer, Releasing> ended = new LinkedHashMap<>();
    for (int i = 0; i < questions.size(); i++) {
      switch (questions.get(i)) {
        case Claiming each -> asked.put(i, each);
        case Releasing each -> ended.put(i, each);
      }
    }
    List<Answer<Claims.Made>> answers = new ArrayList<>();
    questions.forEach(_ -> answers.add(Answer.of(null)));
    Tidings.News news = new Tidings.News();
    // What is released can be claimed by those who came along.
    releasing.release(handle, ended, questions.size() == 1, news).forEach(answers::set);
    known(handle, asked).forEach(answers::set);
    claim(handle, asked, news, answers);
    tidings.write(handle, news);
    return answers;
  }

  /** Answers and takes out those whose request key has been used. */
  private static Map<Integer, Answer<Claims.Made>> known(
      Handle handle, Map<Integer, Claiming> asked) {
    Map<Integer, Answer<Claims.Made>> answers = new LinkedHashMap<>();
    List<ClaimTable.RequestKey> keys = new ArrayList<>();
    for (Claiming each : asked.values()) {
      if (each.idempotency() != null) {
        keys.add(new ClaimTable.RequestKey(each.who().name(), each.idempotency().key()));
      }
    }
    if (keys.isEmpty()) {
      return answers;
    }
    Map<ClaimTable.RequestKey, ClaimTable.Known> known = ClaimTable.byKeys(handle, keys);
    asked.forEach(
        (place, each) -> {
          Claims.Idempotency said = each.idempotency();
          ClaimTable.Known found =
              said == null
                  ? null
                  : known.get(new ClaimTable.RequestKey(each.who().name(), said.key()));
          if (said != null && found != null) {
            answers.put(
                place,
                Arrays.equals(found.digest(), said.digest())
                    ? Answer.of(new Claims.Made(found.claim(), false, List.of()))
                    : Answer.refused(Claims.usedBefore(found.claim())));
          }
        });
    answers.keySet().forEach(asked::remove);
    return answers;
  }

  private void claim(
      Handle handle,
      Map<Integer, Claiming> asked,
      Tidings.News news,
      List<Answer<Claims.Made>> answers) {
    Map<List<@Nullable String>, List<Integer>> alike = new LinkedHashMap<>();
    asked.forEach(
        (place, each) ->
            alike
                .computeIfAbsent(
                    Arrays.asList(
                        each.kind().name(), each.request().network(), each.request().pool()),
                    _ -> new ArrayList<>())
                .add(place));
    for (List<Integer> places : alike.values()) {
      Claiming first = Objects.requireNonNull(asked.get(places.getFirst()));
      Kind kind = first.kind();
      List<Claiming> group = new ArrayList<>();
      int wanted = 0;
      for (int place : places) {
        Claiming each = Objects.requireNonNull(asked.get(place));
        wanted += each.request().wanted();
        if (wanted <= MOST) {
          group.add(each);
        }
      }
      Claims.Meaning meaning;
      try {
        meaning = claims.meaning(handle, kind, first.request());
      } catch (Problem e) {
        places.forEach(place -> answers.set(place, Answer.refused(e)));
        continue;
      }
      List<Taking.Result> taken =
          taking.take(handle, kind, meaning, group, random.nextInt(Integer.MAX_VALUE));
      for (int i = 0; i < group.size(); i++) {
        Claim made = taken.get(i).claim();
        if (made != null) {
          Claiming each = group.get(i);
          tidings.held(news, each.who(), kind, each.request(), taken.get(i));
          answers.set(places.get(i), Answer.of(new Claims.Made(made, true, List.of())));
        }
      }
    }
  }
}
