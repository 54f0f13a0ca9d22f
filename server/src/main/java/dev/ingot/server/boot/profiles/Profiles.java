package dev.ingot.server.boot.profiles;

import dev.ingot.core.Json;
import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import dev.ingot.server.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The profiles that there are: the shipped ones, and those of the operator's own. */
public final class Profiles {
  private static final int MOST = 1000;

  private final Audit audit;

  public Profiles(Audit audit) {
    this.audit = audit;
  }

  /** Reads a profile as somebody wrote it. */
  public static BootProfile parse(String name, JsonNode json) {
    return ProfileParser.parse(name, json);
  }

  /** As it is shown, without name and version. */
  public static JsonNode write(BootProfile profile) {
    return ProfileParser.write(profile);
  }

  /** All of them by name; never so many that they need pages. */
  public List<BootProfile> all(Handle handle) {
    TreeMap<String, BootProfile> profiles = new TreeMap<>();
    ShippedProfiles.ALL.forEach(profile -> profiles.put(profile.name(), profile));
    handle
        .createQuery(
            "SELECT name, definition::text, version FROM boot_profile ORDER BY name LIMIT " + MOST)
        .map((row, context) -> read(row.getString(1), row.getString(2), row.getLong(3)))
        .forEach(profile -> profiles.put(profile.name(), profile));
    return new ArrayList<>(profiles.values());
  }

  /** The profile of that name, or null. */
  public @Nullable BootProfile find(Handle handle, String name) {
    BootProfile own =
        handle
            .createQuery(
                "SELECT name, definition::text, version FROM boot_profile WHERE name = :name")
            .bind("name", name)
            .map((row, context) -> read(row.getString(1), row.getString(2), row.getLong(3)))
            .findOne()
            .orElse(null);
    return own != null
        ? own
        : ShippedProfiles.ALL.stream()
            .filter(profile -> profile.name().equals(name))
            .findFirst()
            .orElse(null);
  }

  /**
   * @throws Problem when there is none
   */
  public BootProfile require(Handle handle, String name) {
    BootProfile found = find(handle, name);
    if (found == null) {
      throw Problem.notFound("there is no boot profile '" + name + "'");
    }
    return found;
  }

  private static BootProfile read(String name, String definition, long version) {
    return ProfileParser.parse(name, Json.read(definition)).withVersion(version);
  }

  /**
   * Makes or replaces one of the operator's own.
   *
   * @param check sees what was there, or null
   * @return whether it is new
   */
  public boolean put(
      Handle handle, Principal who, BootProfile profile, Consumer<@Nullable BootProfile> check) {
    handle.execute("SELECT pg_advisory_xact_lock(hashtext('boot_profile'))");
    BootProfile before = find(handle, profile.name());
    check.accept(before);
    long count = handle.createQuery("SELECT count(*) FROM boot_profile").mapTo(Long.class).one();
    if (count >= MOST && (before == null || before.version() == 0)) {
      throw Problem.conflict("there are " + MOST + " boot profiles already, which is the most");
    }
    handle
        .createUpdate(
            """
            INSERT INTO boot_profile (name, definition) VALUES (:name, :definition::jsonb)
            ON CONFLICT (name) DO UPDATE
            SET definition = excluded.definition, version = boot_profile.version + 1, changed = now()
            """)
        .bind("name", profile.name())
        .bind("definition", Json.write(ProfileParser.write(profile)))
        .execute();
    audit.record(
        handle,
        who,
        before == null ? "boot-profile.create" : "boot-profile.change",
        "boot-profile:" + profile.name(),
        before == null ? null : ProfileParser.write(before),
        ProfileParser.write(profile));
    return before == null;
  }

  /** Removes one of the operator's own; a shipped one of that name is there again then. */
  public void delete(Handle handle, Principal who, String name, Consumer<BootProfile> check) {
    BootProfile before = require(handle, name);
    check.accept(before);
    if (before.version() == 0) {
      throw Problem.conflict("profile '" + name + "' is part of the program and cannot be removed");
    }
    boolean shipped = ShippedProfiles.ALL.stream().anyMatch(profile -> profile.name().equals(name));
    long users =
        handle
            .createQuery("SELECT count(*) FROM boot_assignment WHERE profile = :name")
            .bind("name", name)
            .mapTo(Long.class)
            .one();
    if (users > 0 && !shipped) {
      throw Problem.conflict(
          users + " nodes have the profile '" + name + "'; give them another one first");
    }
    handle.execute("DELETE FROM boot_profile WHERE name = ?", name);
    audit.record(
        handle,
        who,
        "boot-profile.delete",
        "boot-profile:" + name,
        ProfileParser.write(before),
        null);
  }
}
