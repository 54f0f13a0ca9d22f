package dev.ingot.server.resources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.server.TestServer.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Claims: all or none, one holder, waiting, ends. */
final class ClaimsIT extends ResourceScene {
  private static JsonNode await(String claim, String state) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> server.get("/api/v1/claims/" + claim).body(),
            body -> body.path("state").asString().equals(state));
  }

  @Test
  void aClaimTakesAllOrNone() {
    String kind = kind(5);
    JsonNode held = ok(claim(kind, "{'owner':'tony','count':3,'reason':'a test'}"), 201).body();
    assertThat(held.path("state").asString()).isEqualTo("held");
    List<String> keys = texts(held.path("resources"));
    assertThat(keys).hasSize(3).doesNotHaveDuplicates();
    for (String key : keys) {
      JsonNode one = server.get("/api/v1/resources/" + kind + "/" + key).body();
      assertThat(one.path("owner").asString()).isEqualTo("tony");
      assertThat(one.path("state").asString()).isEqualTo("in_use");
      assertThat(one.at("/claim/id").asString()).isEqualTo(held.path("id").asString());
      assertThat(one.at("/claim/reason").asString()).isEqualTo("a test");
      refused(
          server.delete("/api/v1/resources/" + kind + "/" + key), 409, "", "held by tony through");
      refused(
          server.patch("/api/v1/resources/" + kind + "/" + key, json("{'owner':''}")),
          409,
          "owner",
          "release it first");
    }
    refused(
        claim(kind, "{'owner':'ann','count':3}"),
        409,
        "",
        "3 of "
            + kind
            + " are asked for; 5 of 5 match, 2 of those are free; 3 are held (by tony: 3");
    assertThat(list(kind, "{'free':true}").path("count").asInt()).isEqualTo(2);
    refused(claim(kind, "{'owner':'ann','count':6,'waitFor':'1h'}"), 409, "count", "does not help");

    JsonNode ended = ok(release(held.path("id").asString()), 200).body();
    assertThat(ended.path("state").asString()).isEqualTo("released");
    refused(release(held.path("id").asString()), 409, "", "released already");
    assertThat(list(kind, "{'free':true}").path("count").asInt()).isEqualTo(5);
    JsonNode one = server.get("/api/v1/resources/" + kind + "/" + keys.getFirst()).body();
    assertThat(one.path("state").asString()).isEqualTo("idle");
    JsonNode history =
        server.get("/api/v1/resources/" + kind + "/" + keys.getFirst() + "/history").body();
    assertThat(history.path("items").valueStream().map(each -> each.path("action").asString()))
        .containsExactly("resource.release", "resource.claim", "resource.create");
  }

  @Test
  void aStateThatAPersonSetStaysWhenItIsReleased() {
    String kind = kind(1);
    String claim = claim(kind, "{'owner':'tony'}").text("id");
    ok(server.patch("/api/v1/resources/" + kind + "/s000", json("{'state':'broken'}")), 200);
    ok(release(claim), 200);
    JsonNode one = server.get("/api/v1/resources/" + kind + "/s000").body();
    assertThat(one.path("state").asString()).isEqualTo("broken");
    assertThat(one.path("free").asBoolean(true)).isFalse();
    refused(claim(kind, "{'owner':'tony'}"), 409, "", "1 is broken, from which");
  }

  @Test
  void aRequestKeyMakesOneClaim() {
    String kind = kind(4);
    String path = "/api/v1/resources/" + kind + "/claims";
    Answer first = with("Idempotency-Key", kind, "POST", path, "{'owner':'tony'}");
    Answer again = with("Idempotency-Key", kind, "POST", path, "{'owner':'tony'}");
    ok(first, 201);
    ok(again, 200);
    assertThat(again.text("id")).isEqualTo(first.text("id"));
    refused(
        with("Idempotency-Key", kind, "POST", path, "{'owner':'ann'}"),
        422,
        "Idempotency-Key",
        "another request");
    ok(release(first.text("id")), 200);
    Answer after = with("Idempotency-Key", kind, "POST", path, "{'owner':'tony'}");
    assertThat(after.text("id")).isEqualTo(first.text("id"));
    assertThat(after.text("state")).isEqualTo("released");
    assertThat(list(kind, "{'free':true}").path("count").asInt()).isEqualTo(4);
  }

  @Test
  void whatIsAskedForWronglyIsRefused() {
    String kind = kind(2);
    refused(claim(kind, "{}"), 422, "owner", "missing");
    refused(claim(kind, "{'owner':' '}"), 422, "owner", "for whom");
    refused(claim(kind, "{'owner':'t','count':0}"), 422, "count", "from 1");
    refused(claim(kind, "{'owner':'t','count':5000}"), 422, "count", "from 1");
    refused(claim(kind, "{'owner':'t','cuont':1}"), 422, "cuont", "did you mean count");
    refused(claim(kind, "{'owner':'t','until':'tomorrow'}"), 422, "until", "with its zone");
    refused(claim(kind, "{'owner':'t','until':'2020-01-01T00:00:00Z'}"), 422, "until", "future");
    refused(claim(kind, "{'owner':'t','until':'+12000-01-01T00:00:00Z'}"), 422, "until", "year");
    refused(claim(kind, "{'owner':'t','reason':'a\\u0000'}"), 422, "reason", "control");
    refused(claim(kind, "{'owner':'\\ud800'}"), 422, "owner", "for whom");
    refused(
        claim(kind, "{'owner':'t','keys':['nope'],'waitFor':'1h'}"), 409, "keys", "does not help");
    refused(claim(kind, "{'owner':'t','length':'long'}"), 422, "length", "length of time");
    refused(claim(kind, "{'owner':'t','waitFor':'-1s'}"), 422, "waitFor", "length of time");
    refused(claim(kind, "{'owner':'t','where':'state==1'}"), 422, "where", "object");
    refused(claim(kind, "{'owner':'t','where':{'$where':'1'}}"), 422, "where.$where", "$");
    refused(
        claim(kind, "{'owner':'t','where':{'colour':1}}"), 422, "where.colour", "no such field");
    refused(claim(kind, "{'owner':'t','keys':['s000','s000']}"), 422, "keys.1", "twice");
    refused(claim(kind, "{'owner':'t','keys':['s000','nope']}"), 409, "keys", "1 of 2 match");
    refused(claim(kind, "{'owner':'t','pool':'x'}"), 422, "pool", "no addresses");
    ok(claim("unheard", "{'owner':'t'}"), 404);
    assertThat(list(kind, "{'free':true}").path("count").asInt()).isEqualTo(2);
  }

  @Test
  void aFilterChoosesAndExplainsItself() {
    String kind = kind(10);
    Answer held = ok(claim(kind, "{'owner':'t','count':2,'where':{'size':{'$gte':8}}}"), 201);
    assertThat(texts(held.body().path("resources"))).containsExactlyInAnyOrder("s008", "s009");
    Answer dry = ok(claim(kind, "{'owner':'t','where':{'size':{'$gte':8}},'dryRun':true}"), 200);
    assertThat(dry.body().path("enough").asBoolean(true)).isFalse();
    assertThat(dry.body().path("matching").asInt()).isEqualTo(2);
    assertThat(dry.body().path("free").asInt(9)).isZero();
  }

  @Test
  void thoseThatWaitAreServedInTurn() {
    String kind = kind(2);
    String first = claim(kind, "{'owner':'a','count':2}").text("id");
    Answer waits = ok(claim(kind, "{'owner':'b','waitFor':'1h'}"), 202);
    assertThat(waits.text("state")).isEqualTo("waiting");
    String second = waits.text("id");
    String third = ok(claim(kind, "{'owner':'c','waitFor':'1h','length':'1h'}"), 202).text("id");
    String fourth = ok(claim(kind, "{'owner':'d','waitFor':'1h'}"), 202).text("id");
    JsonNode why = ok(server.get("/api/v1/claims/" + third + "/explain"), 200).body();
    assertThat(why.path("ahead").asInt()).isOne();
    assertThat(why.path("sentence").asString()).contains("held (by a: 2; none of them has an end)");
    ok(release(first), 200);
    await(second, "held");
    JsonNode held = await(third, "held");
    assertThat(held.path("until").isString()).isTrue();
    assertThat(server.get("/api/v1/claims/" + fourth).text("state")).isEqualTo("waiting");
    assertThat(ok(release(fourth), 200).text("state")).isEqualTo("cancelled");
    assertThat(
            ok(server.get("/api/v1/claims?kind=" + kind), 200)
                .body()
                .path("items")
                .valueStream()
                .map(each -> each.path("owner").asString()))
        .containsExactly("c", "b");
    assertThat(
            ok(server.get("/api/v1/claims?ended=true&kind=" + kind), 200)
                .body()
                .path("items")
                .valueStream()
                .map(each -> each.path("owner").asString()))
        .containsExactly("d", "a");
  }

  @Test
  void whatEndsIsWarnedOfAndThenReleasedAndWhatIsRenewedIsNot() {
    String kind = kind(3);
    String ends = ok(claim(kind, "{'owner':'a','length':'2s'}"), 201).text("id");
    String stays = ok(claim(kind, "{'owner':'b','length':'2s'}"), 201).text("id");
    ok(server.post("/api/v1/claims/" + stays + "/renew", json("{'length':'1h'}")), 200);
    ok(claim(kind, "{'owner':'c'}"), 201);
    String waits = ok(claim(kind, "{'owner':'d','count':2,'waitFor':'1s'}"), 202).text("id");
    JsonNode late = await(waits, "timed-out");
    assertThat(late.path("detail").asString()).contains("2 of " + kind);
    JsonNode over = await(ends, "expired");
    assertThat(over.path("detail").asString()).contains("it held until");
    assertThat(server.get("/api/v1/claims/" + stays).text("state")).isEqualTo("held");
    for (String told : List.of("claim.expiring", "claim.expired", "claim.timed-out")) {
      String action = told.substring(6);
      String claim = action.equals("timed-out") ? waits : ends;
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .until(
              () ->
                  count(
                          "select count(*) from event where type = 'claim' and action = '"
                              + action
                              + "' and type_id = '"
                              + claim
                              + "'")
                      == 1);
    }
    refused(
        server.post("/api/v1/claims/" + ends + "/renew", json("{'length':'1h'}")),
        409,
        "",
        "expired already");
    refused(server.post("/api/v1/claims/" + stays + "/renew", "{}"), 422, "until", "or length");
  }

  @Test
  void manyAtOnceNeverShareAndNeverLeaveAnythingOver() throws Exception {
    String kind = kind(60);
    Set<String> seen = new HashSet<>();
    int held = 0;
    try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Answer>> asked = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        asked.add(() -> claim(kind, "{'owner':'w','count':2}"));
      }
      for (Future<Answer> each : workers.invokeAll(asked)) {
        Answer answer = each.get();
        if (answer.status() == 201) {
          held++;
          texts(answer.body().path("resources")).forEach(key -> assertThat(seen.add(key)).isTrue());
        } else {
          ok(answer, 409);
        }
      }
    }
    assertThat(held).isEqualTo(30);
    assertThat(seen).hasSize(60);
  }

  @Test
  void oneOfSeveralIsFreedAndTheRestStaysHeld() {
    String kind = kind(3);
    String claim = claim(kind, "{'owner':'t','keys':['s000','s001']}").text("id");
    String path = "/api/v1/resources/" + kind + "/";
    assertThat(ok(server.post(path + "s000/release", "{}"), 200).body().path("free").asBoolean())
        .isTrue();
    assertThat(texts(server.get("/api/v1/claims/" + claim).body().path("resources")))
        .containsExactly("s001");
    ok(server.post(path + "s001/release", json("{'reason':'enough'}")), 200);
    assertThat(server.get("/api/v1/claims/" + claim).text("state")).isEqualTo("released");
    ok(server.post(path + "s002/release", "{}"), 200);
    ok(server.patch(path + "s002", json("{'owner':'by hand','state':'in_use'}")), 200);
    JsonNode freed = ok(server.post(path + "s002/release", "{}"), 200).body();
    assertThat(freed.path("state").asString()).isEqualTo("idle");
    assertThat(freed.path("free").asBoolean()).isTrue();
  }
}
