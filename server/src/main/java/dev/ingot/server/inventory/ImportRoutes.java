package dev.ingot.server.inventory;

import dev.ingot.server.access.Role;
import dev.ingot.server.access.Segmented;
import dev.ingot.server.http.QueryParameters;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import dev.ingot.server.inventory.ImportStore.Ask;
import dev.ingot.server.inventory.ImportStore.Precondition;
import dev.ingot.server.inventory.ImportStore.Written;
import dev.ingot.server.inventory.segment.PathAccess;
import dev.ingot.server.nodes.VisibleNodes;
import dev.ingot.server.problem.Problem;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What people write of one node: its source {@code import}, whole, by section or by patch. */
final class ImportRoutes implements Routes {
  private static final String DOCUMENT = "/api/v1/nodes/{id}/inventory";
  private static final String SECTION = DOCUMENT + "/{section}";

  private final Jdbi jdbi;
  private final ImportStore store;
  private final WriteGroups groups;
  private final VisibleNodes visible;

  ImportRoutes(Jdbi jdbi, ImportStore store, VisibleNodes visible) {
    this.jdbi = jdbi;
    this.store = store;
    this.groups = new WriteGroups(jdbi, store);
    this.visible = visible;
  }

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.put(DOCUMENT, this::put, Role.OPERATOR, Segmented.YES);
    routes.patch(DOCUMENT, this::patch, Role.OPERATOR, Segmented.YES);
    routes.delete(DOCUMENT, this::delete, Role.OPERATOR, Segmented.YES);
    routes.put(SECTION, this::putSection, Role.OPERATOR, Segmented.YES);
    routes.delete(SECTION, this::deleteSection, Role.OPERATOR, Segmented.YES);
  }

  private void put(Context context) {
    checkSource(context);
    ObjectNode document = object(context);
    JsonNode id = document.get(ImportSections.MERCURY_ID);
    ImportEdit edit = new ImportEdit.Replace(ImportSections.of(document), false);
    write(context, edit, id, true);
  }

  private void patch(Context context) {
    checkSource(context);
    String type = String.valueOf(context.contentType()).split(";", 2)[0].strip();
    if (type.toLowerCase(Locale.ROOT).endsWith("json-patch+json")) {
      context.header("Accept-Patch", "application/merge-patch+json");
      throw new Problem(
          Problem.Kind.UNSUPPORTED_MEDIA_TYPE,
          "the body must be application/merge-patch+json, RFC 7396",
          "Content-Type",
          null);
    }
    ObjectNode patch = object(context);
    JsonNode id = patch.remove(ImportSections.MERCURY_ID);
    patch.forEachEntry(
        (name, value) -> {
          if (!value.isNull()) {
            ImportSections.checkedName(name);
            Storable.check(name, value);
          }
        });
    write(context, new ImportEdit.Patch(patch), id, false);
  }

  private void delete(Context context) {
    checkSource(context);
    Requests.noBody(context);
    write(context, new ImportEdit.Replace(Map.of(), false), null, false);
  }

  private void putSection(Context context) {
    checkSource(context);
    String section = ImportSections.checkedName(context.pathParam("section"));
    JsonNode content = Requests.json(context);
    write(
        context,
        new ImportEdit.Replace(Map.of(section, ImportSections.prepared(section, content)), true),
        null,
        true);
  }

  private void deleteSection(Context context) {
    checkSource(context);
    Requests.noBody(context);
    write(context, new ImportEdit.Remove(context.pathParam("section")), null, false);
  }

  /**
   * @param said the id that the body names, null if none
   * @param makes whether a node that is not known is made
   */
  private void write(Context context, ImportEdit edit, @Nullable JsonNode said, boolean makes) {
    String reference = context.pathParam("id");
    PathAccess access = PathAccess.of(Requests.principal(context));
    Precondition precondition = precondition(context, access);
    // By a whole id, which most programs have, many can be written together.
    String whole = access.seesAllNodes() ? NodeReferences.id(reference).orElse(null) : null;
    Written written =
        whole == null || (said != null && !whole.equals(said.asString("")))
            ? null
            : groups.write(whole, new Ask(access, edit, precondition)).orElse(null);
    if (written == null) {
      written = alone(access, reference, edit, said, makes, precondition);
    }
    if (!access.principal().isRestricted()) {
      context.header("ETag", Requests.etag(written.revision()));
    }
    context.status(written.created() ? 201 : 200).json(ImportAnswers.of(written, access));
  }

  /** The same of a node that is looked up by the beginning of its id, or made. */
  private Written alone(
      PathAccess access,
      String reference,
      ImportEdit edit,
      @Nullable JsonNode said,
      boolean makes,
      @Nullable Precondition precondition) {
    return Attempts.inTransaction(
        jdbi,
        handle -> {
          List<String> found = visible.byPrefix(handle, access.principal(), reference);
          // Whoever sees some nodes only makes none: it would not see them.
          String id =
              found.isEmpty() && makes && access.seesAllNodes()
                  ? NodeReferences.id(reference).orElse(null)
                  : null;
          boolean making = id != null;
          if (id == null) {
            id = VisibleNodes.one(reference, found);
          }
          if (said != null && !id.equals(said.asString(""))) {
            throw Problem.invalid(
                ImportSections.MERCURY_ID, "is another node's: the document is put to " + id);
          }
          return store.write(handle, access, id, !making, edit, precondition);
        });
  }

  private static @Nullable Precondition precondition(Context context, PathAccess access) {
    String match = context.header("If-Match");
    String noneMatch = context.header("If-None-Match");
    if (match == null && noneMatch == null) {
      return null;
    }
    if (noneMatch != null && !noneMatch.strip().equals("*")) {
      throw Problem.invalid("If-None-Match", "must be *: write only if there is no document");
    }
    return (id, revision, document) -> {
      String etag =
          revision == 0 ? null : SegmentedNode.etag(document, revision, id, access).orElse(null);
      if (noneMatch != null && etag != null) {
        throw new Problem(
            Problem.Kind.PRECONDITION_FAILED,
            "there is a document: its ETag is " + etag,
            "If-None-Match",
            null);
      }
      if (match != null && etag == null) {
        throw Problem.preconditionFailed("there is no document");
      }
      if (match != null && etag != null) {
        Requests.ifMatch(context, etag);
      }
    };
  }

  /** Only what the source import says is written by hand. */
  private static void checkSource(Context context) {
    QueryParameters query = Requests.query(context, "source");
    String source = query.text("source");
    if (source == null || source.equals(Source.IMPORT.word())) {
      return;
    }
    if (Arrays.stream(Source.values()).anyMatch(known -> known.word().equals(source))) {
      throw new Problem(
          Problem.Kind.FORBIDDEN,
          "what the source "
              + source
              + " says is observed and cannot be edited by hand; write the source import",
          "source",
          null);
    }
    throw Problem.invalid("source", "must be import, the only source that is written by hand");
  }

  private static ObjectNode object(Context context) {
    if (Requests.json(context) instanceof ObjectNode object) {
      return object;
    }
    throw new Problem(
        Problem.Kind.INVALID,
        "the body must be a JSON object, a member for each section",
        "",
        null);
  }
}
