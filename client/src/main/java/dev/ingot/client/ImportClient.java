package dev.ingot.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** What people say of machines, one at a time and many; and everything out again. */
public final class ImportClient {
  private static final String API = "/api/v1";

  private final Transport transport;

  ImportClient(Transport transport) {
    this.transport = transport;
  }

  /** What each source says of a node, which is served and where they disagree. */
  public JsonNode sources(String id) {
    String path = API + "/nodes/" + Transport.encoded(id) + "/inventory";
    return transport.json("GET", path, Map.of("sources", "true"), null);
  }

  /** Says all that the source import says of a node. */
  public JsonNode putInventory(String id, JsonNode document) {
    String path = API + "/nodes/" + Transport.encoded(id) + "/inventory";
    return transport.json("PUT", path, Map.of(), document);
  }

  /** Changes what the source import says of a node: JSON merge patch (RFC 7396). */
  public JsonNode patchInventory(String id, JsonNode patch) {
    String path = API + "/nodes/" + Transport.encoded(id) + "/inventory";
    return transport.json("PATCH", path, Map.of(), patch);
  }

  /** Takes away all that the source import says of a node. */
  public JsonNode deleteInventory(String id) {
    String path = API + "/nodes/" + Transport.encoded(id) + "/inventory";
    return transport.json("DELETE", path, Map.of(), null);
  }

  /** Says what the source import says of one section. */
  public JsonNode putSection(String id, String section, JsonNode content) {
    return transport.json("PUT", section(id, section), Map.of(), content);
  }

  /** Takes away what the source import says of one section. */
  public JsonNode deleteSection(String id, String section) {
    return transport.json("DELETE", section(id, section), Map.of(), null);
  }

  /**
   * Says what the source import says of many nodes.
   *
   * @param query {@code mode} (each, atomic), {@code keep}
   * @param lines a document on each line
   * @param reader hears every line of the answer: progress, results, at last done or problem
   */
  public void importInventory(
      Map<String, String> query, Supplier<InputStream> lines, Consumer<JsonNode> reader) {
    HttpResponse<InputStream> answer =
        transport.stream(
            "POST",
            API + "/inventory/bulk",
            query,
            Map.of("Content-Type", "application/x-ndjson"),
            BodyPublishers.ofInputStream(lines));
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        reader.accept(Transport.MAPPER.readTree(line));
      }
    } catch (IOException e) {
      throw ClientException.unreachable("the answer to the import broke off: " + e.getMessage(), e);
    }
  }

  /**
   * Writes documents to the stream, one on each line; returns the bytes.
   *
   * @param query {@code filter}, {@code on}
   */
  public long exportInventory(Map<String, String> query, OutputStream out, Progress progress)
      throws IOException {
    HttpResponse<InputStream> answer =
        transport.stream(
            "GET", API + "/inventory/export", query, Map.of(), BodyPublishers.noBody());
    return IngotClient.copy(answer, out, progress);
  }

  private static String section(String id, String section) {
    return API + "/nodes/" + Transport.encoded(id) + "/inventory/" + Transport.encoded(section);
  }
}
