package dev.ingot.server.nodes.joining;

import dev.ingot.server.nodes.Door;
import dev.ingot.server.nodes.NodeJournal;
import dev.ingot.server.nodes.Presence;
import dev.ingot.server.nodes.identity.Conflicts;
import dev.ingot.server.nodes.presence.ServerIdentity;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Puts the door together. */
public final class Joining {
  private Joining() {}

  /** The door. */
  public static Door door(
      Jdbi jdbi,
      NodeJournal journal,
      JoiningSettings settings,
      ServerIdentity server,
      @Nullable String ownBootId,
      Presence.Listener listener) {
    Conflicts conflicts = new Conflicts(journal);
    Seating seating = new Seating(journal, conflicts, server, ownBootId);
    Registry registry = new Registry(journal, server, ownBootId);
    Examination examination =
        new Examination(registry, seating, new Policies(settings.policy()), conflicts);
    Newcomers newcomers = new Newcomers(registry, server, ownBootId);
    return new AgentDoor(jdbi, examination, newcomers, seating, listener);
  }
}
