package dev.ingot.server.eve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.server.TestServer.Answer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What clients send that is a little different, and what they are spared. */
final class EveTolerancesIT extends EveScene {
  @Test
  void whatMayBeAskedIsSaidToAnybodyAndNoOtherOriginIsLetIn() {
    JsonNode made = make("asked");
    for (String[] expected :
        new String[][] {
          {"/", "GET, HEAD, OPTIONS"},
          {"/machines", "GET, HEAD, OPTIONS, POST"},
          {"/machines/asked", "GET, HEAD, OPTIONS"},
          {"/machines/" + made.path("_id").asString(), "GET, HEAD, OPTIONS, PATCH, PUT, DELETE"},
        }) {
      Answer answer = ask("OPTIONS", expected[0], null, "Authorization", "");
      assertThat(answer.status()).as(expected[0]).isEqualTo(200);
      assertThat(answer.response().body()).isEmpty();
      assertThat(answer.response().headers().firstValue("Allow")).hasValue(expected[1]);
      assertThat(answer.response().headers().map().keySet())
          .noneMatch(name -> name.toLowerCase(java.util.Locale.ROOT).startsWith("access-control"));
    }
    assertThat(ask("OPTIONS", "/machines", null, "Origin", "http://x.example").status())
        .isEqualTo(403);
    Answer refused = error(ask("PUT", "/machines", "{}"), 405);
    assertThat(refused.response().headers().firstValue("Allow"))
        .hasValue("GET, HEAD, OPTIONS, POST");
  }

  @Test
  void formsInPartsDatesThatAreNoneAndLinksToPagesAreUnderstood() {
    String form =
        "--xyz\r\nContent-Disposition: form-data; name=\"hostname\"\r\n\r\nin-parts\r\n"
            + "--xyz\r\ncontent-disposition: form-data; name=\"tags\"\r\n\r\n{\"n\": \"ü\"}\r\n"
            + "--xyz--\r\n";
    String type = "multipart/form-data; boundary=xyz";
    HttpRequest posted =
        HttpRequest.newBuilder(server.uri("/machines"))
            .header("Authorization", basic("admin:admin"))
            .header("Content-Type", type)
            .POST(BodyPublishers.ofString(form))
            .build();
    ok(server.send(posted), 201);
    JsonNode item = ok(ask("GET", "/machines/in-parts", null), 200).body();
    assertThat(item.path("tags").path("n").asString()).isEqualTo("ü");
    error(ask("POST", "/machines", "no parts", "Content-Type", type), 422);
    error(ask("POST", "/machines", "x", "Content-Type", "multipart/form-data"), 400);
    ok(ask("GET", "/machines/in-parts", null, "If-Modified-Since", "yesterday"), 200);
    make("page-1");
    make("page-2");
    String where = "where=" + encoded("{'hostname':{'$in':['page-1','page-2']}}");
    Answer first = ok(ask("GET", "/machines?max_results=1&sort=hostname&" + where, null), 200);
    String next = first.body().path("_links").path("next").path("href").asString();
    JsonNode second = ok(ask("GET", "/" + next, null), 200).body();
    assertThat(second.path("_items").path(0).path("hostname").asString()).isEqualTo("page-2");
    assertThat(second.path("_meta").path("total").asInt()).isEqualTo(2);
    assertThat(ok(ask("GET", "/machines?max_results=0&" + where, null), 200).body().path("_items"))
        .hasSize(2);
    assertThat(server.send("GET", "/docs/", null, null).response().body())
        .contains(
            "Retrieve all machines", "<td>hostname</td><td>string</td><td>True</td><td>unique");
  }
}
