package dev.ingot.server.workflow.definition;

import dev.ingot.server.access.Principal;
import dev.ingot.server.inventory.definitions.YamlText;
import dev.ingot.server.store.AdvisoryLock;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** The workflows that come with the server; one that somebody changed stays as it is. */
public final class ShippedWorkflows {
  static final List<String> NAMES =
      List.of("discover", "refresh-inventory", "burn-in", "power-cycle", "quarantine");

  static final String ORIGIN = "shipped";

  private ShippedWorkflows() {}

  /** Stores those that are new or that have changed with the program. */
  public static void install(Jdbi jdbi, Definitions definitions) {
    jdbi.useTransaction(
        handle -> {
          AdvisoryLock.awaitInTransaction(handle, "workflows.shipped");
          for (String name : NAMES) {
            install(handle, name, definitions);
          }
        });
  }

  private static void install(Handle handle, String name, Definitions definitions) {
    boolean ours =
        WorkflowTable.find(handle, name, null)
            .map(version -> version.origin().equals(ORIGIN))
            .orElse(true);
    if (ours) {
      definitions.put(handle, Principal.SYSTEM, YamlText.read(text(name)), ORIGIN, null);
    }
  }

  static String text(String name) {
    try (InputStream in =
        ShippedWorkflows.class.getResourceAsStream("/workflows/" + name + ".yaml")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
