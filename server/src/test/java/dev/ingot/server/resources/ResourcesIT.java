package dev.ingot.server.resources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.server.TestServer.Answer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Resources by hand: made, shown, changed, deleted, and everything that is refused. */
final class ResourcesIT extends ResourceScene {
  @Test
  void aMachineIsMadeShownChangedAndDeleted() {
    String name = name();
    JsonNode made = make(name, ",'tags':{'memory':137438953472,'rack':{'unit':4}}").body();
    assertThat(made.path("id").asString()).matches("[0-9a-f]{24}");
    assertThat(made.path("state").asString()).isEqualTo("idle");
    assertThat(made.path("owner").asString("?")).isEmpty();
    assertThat(made.path("free").asBoolean()).isTrue();

    Answer shown = ok(server.get(MACHINES + "/" + name), 200);
    assertThat(shown.body()).isEqualTo(made);
    assertThat(shown.response().headers().firstValue("ETag")).hasValue("\"1\"");
    assertThat(server.get(MACHINES + "/" + made.path("id").asString()).body()).isEqualTo(made);
    assertThat(server.get(MACHINES + "/" + name.toUpperCase()).body()).isEqualTo(made);

    Answer changed =
        ok(
            server.patch(
                MACHINES + "/" + name,
                json("{'owner':'tony','state':'pxe','job_id':'j1','tags':{'rack':null,'x':1}}")),
            200);
    assertThat(changed.body().path("tags")).isEqualTo(read("{'memory':137438953472,'x':1}"));
    assertThat(changed.body().path("free").asBoolean(true)).isFalse();
    refused(server.delete(MACHINES + "/" + name), 409, "", "held by tony");

    JsonNode whole = ok(server.put(MACHINES + "/" + name, "{}"), 200).body();
    assertThat(whole.path("owner").asString("?")).isEmpty();
    assertThat(whole.has("tags")).isFalse();
    assertThat(whole.path("state").asString())
        .as("a state never changes by accident")
        .isEqualTo("pxe");
    ok(server.delete(MACHINES + "/" + name), 204);
    ok(server.get(MACHINES + "/" + name), 404);

    JsonNode history = ok(server.get(MACHINES + "/" + name + "/history"), 200).body().path("items");
    assertThat(history.valueStream().map(each -> each.path("action").asString()))
        .containsExactly(
            "resource.delete", "resource.change", "resource.change", "resource.create");
    JsonNode first = history.path(2);
    assertThat(first.path("before").path("owner").asString("?")).isEmpty();
    assertThat(first.path("after").path("owner").asString()).isEqualTo("tony");
    assertThat(first.path("by").asString()).isNotEmpty();
  }

  @Test
  void whatIsWrongIsRefusedWithItsFieldAndNothingChanges() {
    String name = name();
    make(name, "");
    String path = MACHINES + "/" + name;
    refused(server.post(MACHINES, json("{'hostname':'" + name + "'}")), 409, "hostname", "exists");
    refused(
        server.post(MACHINES, json("{'hostname':'" + name.toUpperCase() + "'}")),
        409,
        "hostname",
        "exists");
    refused(server.post(MACHINES, json("{'owner':'x'}")), 422, "hostname", "missing");
    refused(server.post(MACHINES, json("{'hostname':7}")), 422, "hostname", "string");
    refused(server.post(MACHINES, json("{'hostname':''}")), 422, "hostname", "1 to 253");
    refused(
        server.post(MACHINES, json("{'hostname':'a','state':'broken'}")),
        422,
        "state",
        "pxe_failed");
    refused(
        server.post(MACHINES, json("{'hostname':'a','hostnam':'b'}")), 422, "hostnam", "did you");
    refused(server.post(MACHINES, json("{'hostname':'a','job_id':7}")), 422, "job_id", "string");
    refused(server.post(MACHINES, json("{'hostname':'a','tags':[]}")), 422, "tags", "object");
    refused(
        server.post(MACHINES, json("{'hostname':'a','tags':{'n':1e400}}")), 422, "tags.n", "large");
    refused(
        server.post(MACHINES, json("{'hostname':'a','tags':{'n':'\\ud800'}}")),
        422,
        "tags.n",
        "stored");
    refused(server.post(MACHINES, json("{'hostname':'a','id':'x'}")), 422, "id", "written");
    refused(server.post(MACHINES, json("{'hostname':'a','node':'none'}")), 422, "node", "none");
    refused(server.post(MACHINES, "[]"), 400, "", "1 to");
    refused(server.post(MACHINES, "7"), 400, "", "object");
    refused(
        server.post(MACHINES, json("[{'hostname':'b1'},{'hostname':'b1'},{'state':'no'}]")),
        409,
        "1.hostname",
        "exists");
    ok(server.get(MACHINES + "/b1"), 404);
    refused(
        server.patch(path, json("{'state':'pxe_failed'}")), 409, "state", "may not follow idle");
    refused(server.patch(path, json("{'state':null}")), 422, "state", "null");
    refused(with("If-Match", "\"9\"", "PATCH", path, "{'owner':'x'}"), 412, "If-Match", "changed");
    refused(with("If-Match", "\"9\"", "DELETE", path, null), 412, "If-Match", "changed");
    for (String where :
        new String[] {
          "state=='idle'", "function(){return true}", "this.owner == ''", "[1]", "{'a'"
        }) {
      Answer answer =
          server.get(
              MACHINES
                  + "?where="
                  + java.net.URLEncoder.encode(where, java.nio.charset.StandardCharsets.UTF_8));
      assertThat(answer.status()).as(where).isBetween(400, 422);
      assertThat(answer.text("field")).isEqualTo("where");
    }
    ok(server.delete(MACHINES), 405);
    ok(server.get("/api/v1/resources/unheard"), 404);
    assertThat(ok(server.get(path), 200).body().path("version").asInt()).isOne();
  }

  @Test
  void addressesAreOneHoweverTheyAreWritten() {
    String addresses = "/api/v1/resources/private-addresses";
    ok(server.post(addresses, json("{'address':'fd00:0:0::A'}")), 201);
    refused(server.post(addresses, json("{'address':'fd00::a'}")), 409, "address", "exists");
    assertThat(ok(server.get(addresses + "/fd00::A"), 200).text("address"))
        .isEqualTo("fd00:0:0::A");
    for (String wrong : new String[] {"10.0.0", "10.0.0.256", "010.0.0.1", "::g", "host", "1:2"}) {
      refused(
          server.post(addresses, json("{'address':'" + wrong + "'}")), 422, "address", "IPv4 or");
    }
  }

  @Test
  void kindsAreDeclaredAndFollowed() {
    String kind = kind(3);
    String path = "/api/v1/resources/" + kind;
    assertThat(list(kind, "{'size':{'$gte':1}}").path("count").asInt()).isEqualTo(2);
    refused(server.post(path, json("{'serial':'x','size':'big'}")), 422, "size", "integer");
    ok(server.patch(path + "/s000", json("{'state':'broken'}")), 200);
    refused(
        server.patch(path + "/s000", json("{'state':'in_use'}")), 409, "state", "may not follow");
    refused(
        server.put(
            "/api/v1/resource-kinds/" + kind,
            json("{'key':'serial','states':{'idle':[]},'initial':'idle'}")),
        409,
        "",
        "broken");
    refused(server.put("/api/v1/resource-kinds/" + kind, json("{'key':'other'}")), 409, "", "key");
    refused(server.delete("/api/v1/resource-kinds/" + kind), 409, "", "there are");
    for (String[] wrong :
        new String[][] {
          {"{}", "key"},
          {"{'key':'serial','colour':1}", "colour"},
          {"{'key':'state'}", "key"},
          {"{'key':'a','form':'b'}", "form"},
          {"{'key':'a','states':{'x':['y']},'initial':'x'}", "states.x"},
          {"{'key':'a','states':{'x':[]}}", "initial"},
          {"{'key':'a','schema':{'properties':{'owner':{}}}}", "schema.properties.owner"},
          {"{'key':'a','schema':{'properties':{'b':{'type':7}}}}", "schema.properties.b.type"},
          {"{'key':'a','release':{'reclaim':'erase'}}", "release.reclaim"},
        }) {
      refused(server.put("/api/v1/resource-kinds/wrong", json(wrong[0])), 422, wrong[1], "");
    }
    ok(server.get("/api/v1/resource-kinds/wrong"), 404);
    refused(server.delete("/api/v1/resource-kinds/machines"), 409, "", "come with");
    Answer loaded =
        server.post(
            "/api/v1/resource-kinds/load",
            "{\"files\":[{\"file\":\"licences.yaml\",\"text\":\"key: serial\\n"
                + "title: licence\\n"
                + "\"}]}");
    ok(loaded, 200);
    ok(server.post("/api/v1/resources/licences", json("{'serial':'A-1'}")), 201);
    assertThat(claim("licences", "{'owner':'tony'}").status()).isEqualTo(201);
  }
}
