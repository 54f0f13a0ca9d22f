package dev.ingot.server.nodes.joining;

import dev.ingot.server.nodes.identity.Identifier;
import dev.ingot.server.nodes.identity.Identities;
import java.util.Collection;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Whether the policy of a boot network admits a machine without a person. */
final class Policies {
  /** The kinds of identifier that a known machine may be listed by, per kind of the list. */
  static final String LISTED =
      """
      EXISTS (SELECT FROM known_machine k WHERE k.value = i.value AND k.kind =
        CASE i.kind WHEN 'mac' THEN 'mac' WHEN 'uuid' THEN 'uuid'
          WHEN 'system-serial' THEN 'serial' WHEN 'board-serial' THEN 'serial'
          WHEN 'chassis-serial' THEN 'serial' END)
      """;

  private final AdmissionPolicy standard;

  Policies(AdmissionPolicy standard) {
    this.standard = standard;
  }

  AdmissionPolicy of(Handle handle, @Nullable String network) {
    return handle
        .createQuery("SELECT policy FROM boot_network WHERE name = :network")
        .bind("network", network)
        .mapTo(String.class)
        .findOne()
        .map(AdmissionPolicy::of)
        .orElse(standard);
  }

  /** Whether the machine comes in at once. */
  boolean admits(Handle handle, @Nullable String network, Collection<Identifier> identifiers) {
    return switch (of(handle, network)) {
      case APPROVE -> false;
      case AUTO -> true;
      case KNOWN ->
          Identities.bind(
                  handle.createQuery(
                      "SELECT EXISTS (SELECT FROM unnest(:kinds, :values) AS i (kind, value) WHERE "
                          + LISTED
                          + ")"),
                  identifiers)
              .mapTo(Boolean.class)
              .one();
    };
  }
}
