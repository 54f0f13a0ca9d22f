package dev.ingot.server.eve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ingot.core.Json;
import dev.ingot.server.TestServer.Answer;
import dev.ingot.server.http.HttpSettings;
import dev.ingot.server.problem.StartFailure;
import dev.ingot.server.resources.ResourcesSettings;
import dev.ingot.server.resources.ResourcesSettings.EveSettings;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The face of ResourceManager: what its clients ask, and what they are answered. */
final class EveIT extends EveScene {
  @Test
  void aDocumentIsMadeReadChangedAndDeletedAsItWas() {
    JsonNode made = make("a-15-r.qa1");
    assertThat(made.path("_status").asString()).isEqualTo("OK");
    assertThat(made.path("_etag").asString()).matches("[0-9a-f]{40}");
    assertThat(made.path("_id").asString()).matches("[0-9a-f]{24}");
    assertThat(made.path("_updated").asString())
        .matches("\\w{3}, \\d\\d \\w{3} \\d{4} [\\d:]{8} GMT");
    assertThat(made.has("hostname")).isFalse();
    String id = "/machines/" + made.path("_id").asString();
    Answer item = ok(ask("GET", "/machines/a-15-r.qa1", null), 200);
    assertThat(item.text("hostname")).isEqualTo("a-15-r.qa1");
    assertThat(item.text("state")).isEqualTo("idle");
    assertThat(item.body().path("_links").path("self").path("href").asString())
        .isEqualTo(id.substring(1));
    assertThat(item.body().path("_links").path("collection").path("title").asString())
        .isEqualTo("machines");
    String etag = made.path("_etag").asString();
    assertThat(item.response().headers().firstValue("ETag")).hasValue('"' + etag + '"');
    for (String tag : List.of(etag, '"' + etag + '"', "W/\"" + etag + '"')) {
      assertThat(ask("GET", id, null, "If-None-Match", tag).status()).isEqualTo(304);
    }
    ok(ask("GET", id, null, "If-None-Match", "x"), 200);
    assertThat(
            ask("GET", id + "/", null, "If-Modified-Since", made.path("_updated").asString())
                .status())
        .isEqualTo(304);

    error(ask("PATCH", id, "{'owner':'tony'}"), 428);
    error(ask("PATCH", id, "{'owner':'tony'}", "If-Match", "0".repeat(40)), 412);
    Answer patched =
        ok(
            ask(
                "PATCH",
                id,
                "{'owner':'tony','state':'pxe','tags':{'memory':1},'tags.cpucores':4}",
                "If-Match",
                etag),
            200);
    assertThat(patched.text("_etag")).isNotEqualTo(etag);
    JsonNode now = ask("GET", id, null).body();
    assertThat(now.path("tags")).isEqualTo(Json.read("{\"memory\":1,\"cpucores\":4}"));
    assertThat(now.path("owner").asString()).isEqualTo("tony");
    Answer put =
        ok(
            ask(
                "PUT",
                id,
                "{'hostname':'a-15-r.qa1','owner':'','_id':'" + id.substring(10) + "'}",
                "If-Match",
                '"' + patched.text("_etag") + '"'),
            200);
    now = ask("GET", id, null).body();
    assertThat(now.has("tags")).isFalse();
    assertThat(now.path("state").asString()).isEqualTo("pxe");
    Answer gone = ok(ask("DELETE", id, "{'hostname':'x'}", "If-Match", put.text("_etag")), 200);
    assertThat(gone.body()).isEqualTo(Json.MAPPER.createObjectNode());
    error(ask("GET", id, null), 404);
    error(ask("DELETE", id, null, "If-Match", etag), 404);
    Answer upserted = ok(ask("PUT", id, "{'hostname':'a-15-r.qa1'}"), 201);
    assertThat(upserted.text("_id")).isEqualTo(id.substring(10));
  }

  @Test
  void whatIsWrongIsSaidInTheOldWords() {
    make("known");
    Answer wrong = error(ask("POST", "/machines", "{'state':'foo','x':1}"), 422);
    assertThat(wrong.body().path("_issues").path("x").asString()).isEqualTo("unknown field");
    assertThat(wrong.body().path("_issues").path("hostname").asString())
        .isEqualTo("required field");
    assertThat(wrong.body().path("_error").path("message").asString())
        .isEqualTo("Insertion failure: 1 document(s) contain(s) error(s)");
    assertThat(issue("{'hostname':'a','state':'foo'}", "state")).isEqualTo("unallowed value foo");
    assertThat(issue("{'hostname':7}", "hostname")).isEqualTo("must be of string type");
    assertThat(issue("{'hostname':'a','tags':[]}", "tags")).isEqualTo("must be of dict type");
    assertThat(issue("{'hostname':null}", "hostname")).isEqualTo("null value not allowed");
    assertThat(issue("{'hostname':'known'}", "hostname")).isEqualTo("value 'known' is not unique");
    assertThat(issue("{'hostname':'a','_etag':'x'}", "_etag")).isEqualTo("unknown field");
    JsonNode one = ask("GET", "/machines/known", null).body();
    Answer changed =
        ok(
            ask(
                "PATCH",
                "/machines/" + one.path("_id").asString(),
                "{'state':'foo'}",
                "If-Match",
                one.path("_etag").asString()),
            422);
    assertThat(changed.body())
        .isEqualTo(
            Json.read("{\"_status\":\"ERR\",\"_issues\":{\"state\":\"unallowed value foo\"}}"));
    Answer jump =
        ok(
            ask(
                "PATCH",
                "/machines/" + one.path("_id").asString(),
                "{'state':'pxe_failed'}",
                "If-Match",
                one.path("_etag").asString()),
            422);
    assertThat(jump.body().path("_issues").path("state").asString()).contains("may not follow");
    assertThat(ask("GET", "/machines/known", null).body()).isEqualTo(one);

    Answer bulk =
        error(
            ask("POST", "/machines", "[{'hostname':'b1'},{'hostname':'known'},{'hostname':'b1'}]"),
            422);
    assertThat(
            bulk.body().path("_items").valueStream().map(each -> each.path("_status").asString()))
        .containsExactly("OK", "ERR", "ERR");
    error(ask("GET", "/machines/b1", null), 404);
    ok(ask("POST", "/machines", "[{'hostname':'b1'},{'hostname':'b2'}]"), 201);
    error(ask("POST", "/machines", "[]"), 400);
    error(ask("POST", "/machines", "{'hostname'"), 400);
    error(ask("POST", "/machines", "{'hostname':'c'}", "Content-Type", ""), 400);
    error(ask("DELETE", "/machines", null), 403);
    error(ask("PATCH", "/machines/known", "{}", "If-Match", "x"), 405);
    ok(
        ask(
            "POST",
            "/machines",
            "hostname=form-1&owner=",
            "Content-Type",
            "application/x-www-form-urlencoded"),
        201);
  }

  private static String issue(String body, String field) {
    return error(ask("POST", "/machines", body), 422)
        .body()
        .path("_issues")
        .path(field)
        .asString("");
  }

  @Test
  void listsAreFilteredSortedCutAndPaged() {
    for (int i = 0; i < 5; i++) {
      ok(
          ask(
              "POST",
              "/private-addresses",
              "{'address':'10.9.0."
                  + i
                  + "','owner':'"
                  + (i % 2 == 0 ? "" : "job")
                  + "','tags':{'n':"
                  + i
                  + "}}"),
          201);
    }
    String list = "/private-addresses";
    Answer all = ok(ask("GET", list + "/", null), 200);
    assertThat(all.body().path("_items").size()).isEqualTo(5);
    assertThat(all.body().path("_meta").path("total").asInt()).isEqualTo(5);
    assertThat(all.response().headers().firstValue("X-Total-Count")).hasValue("5");
    assertThat(addresses(list + "?where=" + encoded("{'owner':''}") + "&sort=-address"))
        .containsExactly("10.9.0.4", "10.9.0.2", "10.9.0.0");
    assertThat(
            addresses(
                list
                    + "?where="
                    + encoded("{'$and':[{'tags.n':{'$gte':3}},{'owner':{'$ne':'x'}}]}")
                    + "&sort="
                    + encoded("[('address',-1)]")))
        .containsExactly("10.9.0.4", "10.9.0.3");
    assertThat(
            addresses(
                list
                    + "?where="
                    + encoded("{'_updated':{'$gte':'Thu, 01 Jan 1970 00:00:00 GMT'}}")))
        .hasSize(5);
    Answer page = ok(ask("GET", list + "?max_results=2&page=2&sort=address", null), 200);
    assertThat(page.body().path("_items").path(0).path("address").asString()).isEqualTo("10.9.0.2");
    assertThat(page.body().path("_links").propertyNames())
        .containsExactlyInAnyOrder("parent", "self", "next", "last", "prev");
    JsonNode cut =
        ok(ask("GET", list + "?max_results=1&projection=" + encoded("{'owner':1}"), null), 200)
            .body()
            .path("_items")
            .path(0);
    assertThat(cut.propertyNames())
        .containsExactlyInAnyOrder("_id", "_updated", "_created", "_etag", "_links", "owner");
    for (String where :
        List.of("owner==\"\"", "function(){}", "[1]", "{\"$where\":\"1\"}", "{'owner'")) {
      assertThat(
              ask("GET", list + "?where=" + URLEncoder.encode(where, StandardCharsets.UTF_8), null)
                  .status())
          .as(where)
          .isEqualTo(400);
    }
    Answer xml = ok(ask("GET", list + "?max_results=1", null, "Accept", "application/xml"), 200);
    assertThat(xml.response().body())
        .contains(
            "<resource href=\"private-addresses\" title=\"private-addresses\">",
            "<address>10.9.0.");
    assertThat(ok(ask("GET", "/", null), 200).body().path("_links").path("child").size())
        .isEqualTo(3);
  }

  private static List<String> addresses(String path) {
    return ok(ask("GET", path, null), 200)
        .body()
        .path("_items")
        .valueStream()
        .map(each -> each.path("address").asString())
        .toList();
  }

  @Test
  void theMethodMayBeSaidInAHeaderAndANameMayHaveSpaces() {
    JsonNode made = make("with a space");
    assertThat(ok(ask("GET", "/machines/with+a+space", null), 200).text("_id"))
        .isEqualTo(made.path("_id").asString());
    String id = "/machines/" + made.path("_id").asString();
    ok(
        ask(
            "POST",
            id,
            "{'owner':'x'}",
            "If-Match",
            made.path("_etag").asString(),
            "X-HTTP-Method-Override",
            "PATCH"),
        200);
    assertThat(ask("GET", id, null).text("owner")).isEqualTo("x");
    ok(ask("POST", "/machines", "{'hostname':'left-over'}", "If-Match", "of another"), 201);
    assertThat(ask("HEAD", id, null).status()).isEqualTo(200);
  }

  @Test
  void onlyTheAccountIsLetInAndNothingIsOnByDefault() {
    for (String header :
        List.of("", basic("admin:wrong"), "Basic !!", "Bearer " + server.adminToken())) {
      Answer answer = error(ask("GET", "/machines", null, "Authorization", header), 401);
      assertThat(answer.response().headers().firstValue("WWW-Authenticate")).isPresent();
    }
    ok(server.send("GET", "/docs", null, null), 200);
    Answer spec = server.send("GET", "/docs/spec.json", null, null);
    assertThat(spec.body().at("/domains/machines").isObject()).isTrue();
    HttpSettings http = HttpSettings.DEFAULT;
    HttpSettings open = new HttpSettings("0.0.0.0", 0, true, http.tls(), List.of());
    assertThatThrownBy(() -> Eve.check(ON, open))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("http.tls.certificate");
    assertThatThrownBy(() -> Eve.check(new EveSettings(2014, null, null), http))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("resources.eve.user");
    assertThatThrownBy(() -> new EveSettings(2015, null, null))
        .isInstanceOf(IllegalArgumentException.class);
    Eve.check(EveSettings.class.cast(ResourcesSettings.DEFAULT.eve()), open);
    assertThat(ResourcesSettings.DEFAULT.eve().isOn()).isFalse();
  }

  @Test
  void whatAClaimHoldsIsNotTakenAwayByOldClients() {
    make("claimed");
    Answer claim =
        server.post(
            "/api/v1/resources/machines/claims", "{\"owner\":\"ann\",\"keys\":[\"claimed\"]}");
    ok(claim, 201);
    JsonNode one = ask("GET", "/machines/claimed", null).body();
    assertThat(one.path("owner").asString()).isEqualTo("ann");
    String id = "/machines/" + one.path("_id").asString();
    String etag = one.path("_etag").asString();
    Answer taken = ok(ask("PATCH", id, "{'owner':''}", "If-Match", etag), 422);
    assertThat(taken.body().path("_issues").path("owner").asString()).contains("claim");
    error(ask("DELETE", id, null, "If-Match", etag), 409);
    assertThat(ask("GET", "/machines/claimed", null).body()).isEqualTo(one);
  }

  @Test
  void aClientInPythonWorksAsTheOriginalDid() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "python3 is not installed");
    assertThat(run("create", "--json", "{\"hostname\":\"my-machine\",\"owner\":\"tony\"}"))
        .isEmpty();
    assertThat(run("list")).contains("|  hostname  |", "| my-machine |  tony |");
    assertThat(run("update", "--json", "{\"hostname\":\"my-machine\",\"owner\":\"\"}")).isEmpty();
    assertThat(
            run("put", "--json", "{\"hostname\":\"my-machine\",\"owner\":\"x\",\"job_id\":\"7\"}"))
        .isEmpty();
    assertThat(ask("GET", "/machines/my-machine", null).text("job_id")).isEqualTo("7");
    assertThat(run("create", "-j", "{\"hostname\":\"my-machine\"}"))
        .contains("RequestFailureException: 422:");
    assertThat(run("delete", "--json", "{\"hostname\":\"my-machine\"}")).isEmpty();
    error(ask("GET", "/machines/my-machine", null), 404);
    assertThat(run("create", "-r", "public-addresses", "-j", "{\"address\":\"192.0.2.7\"}"))
        .isEmpty();
    assertThat(run("list", "-r", "public-addresses")).contains("192.0.2.7");
    assertThat(run("delete", "-r", "public-addresses", "-j", "{\"address\":\"192.0.2.7\"}"))
        .isEmpty();
    assertThat(run("list", "-r", "public-addresses").lines().count()).isEqualTo(4);
  }

  /** What it printed; the last line of what it complained of. */
  private static String run(String... arguments) throws Exception {
    List<String> command =
        new java.util.ArrayList<>(List.of("/usr/bin/python3", "src/test/resources/eve/client.py"));
    command.addAll(List.of(arguments));
    command.addAll(List.of("-e", server.uri("").toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return out.contains("Traceback") ? out.strip().lines().reduce((a, b) -> b).orElse("") : out;
  }
}
