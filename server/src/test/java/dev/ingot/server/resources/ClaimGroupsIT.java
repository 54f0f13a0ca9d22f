package dev.ingot.server.resources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.server.TestServer.Answer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Claims and releases that come at the same time share a transaction, and nothing else. */
final class ClaimGroupsIT extends ResourceScene {
  private static List<Answer> together(List<Callable<Answer>> asked) throws Exception {
    List<Answer> answers = new ArrayList<>();
    try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Answer> each : workers.invokeAll(asked)) {
        answers.add(each.get());
      }
    }
    return answers;
  }

  private static List<Integer> statuses(List<Answer> answers) {
    return answers.stream().map(Answer::status).sorted().collect(Collectors.toList());
  }

  @RepeatedTest(3)
  void whatIsWrongWithOneIsNoMatterOfTheOthers(RepetitionInfo turn) throws Exception {
    String kind = kind(40);
    String path = "/api/v1/resources/" + kind + "/claims";
    String twice = ok(claim(kind, "{'owner':'twice'}"), 201).text("id");
    String stale = ok(claim(kind, "{'owner':'stale'}"), 201).text("id");
    String large = ok(claim(kind, "{'owner':'large','count':3}"), 201).text("id");
    List<Callable<Answer>> asked = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int count = 1 + i % 3;
      asked.add(() -> claim(kind, "{'owner':'w','count':" + count + "}"));
      asked.add(() -> with("Idempotency-Key", "same-" + kind, "POST", path, "{'owner':'k'}"));
      asked.add(() -> claim(kind, "{'owner':'late','until':'2020-01-01T00:00:00Z'}"));
      asked.add(() -> claim(kind, "{'owner':'many','count':40}"));
      asked.add(() -> release("999999999"));
      asked.add(() -> release(twice));
      asked.add(
          () -> with("If-Match", "\"9\"", "POST", "/api/v1/claims/" + stale + "/release", "{}"));
      asked.add(() -> server.get("/api/v1/claims/" + large));
    }
    asked.add(() -> release(large));
    Collections.shuffle(asked, new Random(turn.getCurrentRepetition()));
    List<Answer> answers = together(asked);

    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      expected.addAll(List.of(201, 422, 409, 404, 412, 200));
    }
    expected.add(201); // the first of its key
    expected.addAll(Collections.nCopies(7, 200)); // and the same claim again
    expected.add(200); // one released it
    expected.addAll(Collections.nCopies(7, 409)); // for the others it was released already
    expected.add(200);
    Collections.sort(expected);
    assertThat(statuses(answers)).isEqualTo(expected);

    JsonNode live = ok(server.get("/api/v1/claims?kind=" + kind), 200).body().path("items");
    Set<String> seen = new HashSet<>();
    int held = 0;
    for (JsonNode each : live) {
      assertThat(each.path("resources").size()).isEqualTo(each.path("wanted").asInt());
      for (String key : texts(each.path("resources"))) {
        assertThat(seen.add(key)).as(key).isTrue();
        held++;
      }
    }
    assertThat(held).as("15 for w, one for k, one that is stale").isEqualTo(17);
    assertThat(list(kind, "{'free':true}").path("count").asInt()).isEqualTo(23);
    assertThat(
            count(
                "select count(*) from audit where action = 'resource.claim' and target like"
                    + " 'resource:"
                    + kind
                    + "/%'"))
        .isEqualTo(17 + 1 + 3);
    assertThat(
            count(
                "select count(*) from audit where action = 'resource.release' and target like"
                    + " 'resource:"
                    + kind
                    + "/%'"))
        .isEqualTo(4);
  }

  @Test
  void whatIsReleasedGoesToWhomWaitedLongestAndNotToTheQuickest() throws Exception {
    String kind = kind(1);
    String first = ok(claim(kind, "{'owner':'first'}"), 201).text("id");
    List<String> waiting = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      waiting.add(ok(claim(kind, "{'owner':'w" + i + "','waitFor':'1h'}"), 202).text("id"));
    }
    String holder = first;
    for (String next : waiting) {
      List<Callable<Answer>> asked = new ArrayList<>();
      String ending = holder;
      for (int i = 0; i < 6; i++) {
        asked.add(() -> claim(kind, "{'owner':'quick'}"));
      }
      asked.add(3, () -> release(ending));
      List<Answer> answers = together(asked);
      assertThat(statuses(answers)).containsExactly(200, 409, 409, 409, 409, 409, 409);
      assertThat(server.get("/api/v1/claims/" + next).text("state")).isEqualTo("held");
      holder = next;
    }
    JsonNode history =
        server.get("/api/v1/resources/" + kind + "/s000/history").body().path("items");
    assertThat(history.valueStream().map(each -> each.path("action").asString()))
        .containsExactly(
            "resource.claim",
            "resource.release",
            "resource.claim",
            "resource.release",
            "resource.claim",
            "resource.release",
            "resource.claim",
            "resource.create");
  }

  @Test
  void addressesAreDealtOutFromTheLowestHoweverManyAsk() throws Exception {
    ok(server.put("/api/v1/networks/dealt", json("{'prefix':'10.77.0.0/22'}")), 201);
    List<Callable<Answer>> asked = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      int count = 1 + i % 4;
      asked.add(
          () ->
              claim("private-addresses", "{'owner':'n','network':'dealt','count':" + count + "}"));
    }
    Set<String> seen = new HashSet<>();
    for (Answer answer : together(asked)) {
      texts(ok(answer, 201).body().path("resources"))
          .forEach(each -> assertThat(seen.add(each)).as(each).isTrue());
    }
    assertThat(seen).hasSize(150);
    for (int i = 1; i <= 150; i++) {
      assertThat(seen).contains("10.77.0." + i);
    }
  }
}
