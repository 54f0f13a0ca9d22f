package dev.ingot.server.jobs.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.ingot.core.Json;
import dev.ingot.server.jobs.preprocess.JobPreprocessor.Node;
import dev.ingot.server.jobs.preprocess.JobPreprocessor.Rendered;
import dev.ingot.server.jobs.preprocess.JobPreprocessor.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreprocessorsTest {
  private static final String ONE = "01" + "a".repeat(40);
  private static final String TWO = "01" + "b".repeat(40);
  private static final List<Node> NODES = List.of(node(ONE, "one"), node(TWO, "two"));

  @TempDir Path folder;

  private static Node node(String id, String hostname) {
    return new Node(
        id,
        Json.read(
            "{\"hostname\": \"%s\", \"tags\": [\"gpu\"], \"location\": {\"rack\": \"7\"}}"
                .formatted(hostname)),
        Json.read("{\"dmi\": {\"product_serial\": \"SN \\\"%s\\\"\"}}".formatted(hostname)));
  }

  private static Map<String, Rendered> render(
      JobPreprocessor preprocessor, String capability, String instruction) {
    return preprocessor.render(new Request(capability, instruction, null, NODES));
  }

  private static String arguments(Rendered rendered) {
    return rendered instanceof Rendered.Arguments(var arguments, var shown)
        ? Json.write(arguments)
        : String.valueOf(rendered);
  }

  @Test
  void theServerFindsThem() {
    assertThat(ServiceLoader.load(JobPreprocessor.class))
        .extracting(JobPreprocessor::name)
        .containsExactlyInAnyOrder(
            "template", "press_static_assets", "inventory_lookup", "asking"); // of the tests
  }

  @Test
  void aTemplateSeesNodeAndInventoryAndItsValuesStayWithinTheirQuotes() {
    Map<String, Rendered> rendered =
        render(
            new TemplatePreprocessor(),
            "run",
            """
            argv: ["say", "{{node.hostname}} in {{node.location.rack}}", "{{inventory.dmi.product_serial}}"]
            input: "{{#node.tags}}{{.}};{{/node.tags}}"
            """);
    assertThat(arguments(rendered.get(ONE)))
        .isEqualTo("{\"argv\":[\"say\",\"one in 7\",\"SN \\\"one\\\"\"],\"input\":\"gpu;\"}");
  }

  @Test
  void aTemplateThatDoesNotRenderSaysWhyOfEachNode() {
    String reason = "template: nothing stands for nothing (line 1)";
    assertThat(render(new TemplatePreprocessor(), "run", "argv: [\"{{nothing}}\"]"))
        .containsEntry(ONE, new Rendered.Failure(reason))
        .containsEntry(TWO, new Rendered.Failure(reason));
    assertThat(render(new TemplatePreprocessor(), "run", "just words").get(ONE))
        .isEqualTo(new Rendered.Failure("template: gives no object but just words"));
    assertThat(arguments(render(new TemplatePreprocessor(), "run", "a: [1").get(ONE)))
        .contains("gives no YAML");
    assertThatThrownBy(() -> render(new TemplatePreprocessor(), "run", "a: {{#open}}"))
        .hasMessageContaining("is no template");
    for (String open : List.of("a: {{x}", "a: {{#x} {{y}}", "a: {{", "a: \"{{x} }\"")) {
      assertThatThrownBy(() -> render(new TemplatePreprocessor(), "run", "b: 1\n" + open))
          .hasMessageContaining("is no template: the tag {{ of line 2 is not closed");
    }
    assertThat(arguments(render(new TemplatePreprocessor(), "run", "b: 1\na: \"x").get(ONE)))
        .isEqualTo(
            "Failure[reason=template: gives no YAML: found unexpected end of stream (line 2)]");
    assertThat(arguments(render(new TemplatePreprocessor(), "run", "{{>/etc/passwd}}").get(ONE)))
        .contains("may include nothing");
  }

  @Test
  void staticAssetsAreRenderedByNodeAndSecretsAreNotShown() {
    String instruction =
        """
        {"template": ["hostname: {{name}}", "addresses: {{{addresses}}}", "root_password: {{password}}"],
         "assets": {"%s": {"name": "a", "addresses": ["10.0.0.1", "10.0.0.2"], "password": "p1"},
                    "%s": {"name": "b", "addresses": [], "password": "p2"}}}
        """
            .formatted(ONE, TWO);
    Map<String, Rendered> rendered = render(new PressStaticAssets(), "press", instruction);
    assertThat(rendered.get(ONE))
        .isEqualTo(
            new Rendered.Arguments(
                Json.MAPPER
                    .createObjectNode()
                    .set(
                        "configuration",
                        Json.read(
                            "{\"hostname\": \"a\", \"addresses\": [\"10.0.0.1\", \"10.0.0.2\"],"
                                + " \"root_password\": \"p1\"}")),
                Json.MAPPER
                    .createObjectNode()
                    .set(
                        "configuration",
                        Json.read(
                            "{\"hostname\": \"a\", \"addresses\": [\"10.0.0.1\", \"10.0.0.2\"],"
                                + " \"root_password\": \"(hidden)\"}"))));
    assertThat(arguments(render(new PressStaticAssets(), "run", instruction).get(TWO)))
        .startsWith("{\"hostname\":\"b\"");
  }

  @Test
  void oneNodeWithoutAssetsEndsTheWholeJobAndIsNamed() {
    String instruction =
        "{\"template\": [\"a: {{x}}\"], \"assets\": {\"%s\": {\"x\": 1}}}".formatted(ONE);
    assertThatThrownBy(() -> render(new PressStaticAssets(), "press", instruction))
        .hasMessageContaining("has nothing for " + TWO);
    assertThatThrownBy(() -> render(new PressStaticAssets(), "press", "{\"assets\": {}}"))
        .hasMessageContaining("must be text or a list of lines");
    assertThatThrownBy(() -> render(new PressStaticAssets(), "press", "{\"asset\": {}}"))
        .hasMessageContaining("known are assets, template");
  }

  @Test
  void aLookupAsksTheOperatorsSourceAboutEachNode() throws IOException {
    List<String> asked = new CopyOnWriteArrayList<>();
    HttpServer source =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    source.createContext(
        "/",
        exchange -> {
          asked.add(
              exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization"));
          boolean known = exchange.getRequestURI().getPath().endsWith(ONE);
          byte[] body = "{\"vlan\": 12}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(known ? 200 : 404, known ? body.length : -1);
          if (known) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    source.start();
    try {
      Path token = folder.resolve("token");
      Files.writeString(token, "sesame\n");
      String url = "http://127.0.0.1:" + source.getAddress().getPort() + "/assets/{id}";
      JobPreprocessor lookup =
          new InventoryLookup(
              Map.of("INGOT_LOOKUP_URL", url, "INGOT_LOOKUP_TOKEN_FILE", token.toString()));
      Map<String, Rendered> rendered =
          render(lookup, "run", "{\"template\": \"argv: [vlan, '{{asset.vlan}}']\"}");
      assertThat(arguments(rendered.get(ONE))).isEqualTo("{\"argv\":[\"vlan\",\"12\"]}");
      assertThat(arguments(rendered.get(TWO))).contains("the source answered 404").contains(TWO);
      assertThat(asked).contains("/assets/" + ONE + " Bearer sesame");
    } finally {
      source.stop(0);
    }
    assertThatThrownBy(
            () -> render(new InventoryLookup(Map.of()), "run", "{\"template\": \"a: 1\"}"))
        .hasMessageContaining("INGOT_LOOKUP_URL names it");
  }
}
