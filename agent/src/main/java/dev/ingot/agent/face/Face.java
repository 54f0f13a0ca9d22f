package dev.ingot.agent.face;

import dev.ingot.agent.capability.Capability;
import dev.ingot.core.IdentityFacts;
import dev.ingot.protocol.Section;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Another protocol by which the agent is spoken to. It is a module of its own, which an image that
 * has no use for it leaves out.
 */
public interface Face {
  /**
   * The agent, for whoever speaks for it.
   *
   * @param folder of its own, may be made
   * @param seen what the machine is, as last inspected
   * @param capabilities what the agent can do
   * @param clock shown to others; nothing is decided by it
   */
  record Node(
      UrSettings settings,
      Path folder,
      @Nullable String hostname,
      Supplier<Seen> seen,
      List<Capability> capabilities,
      InstantSource clock) {}

  /** What an inspection found. */
  record Seen(List<Section> sections, IdentityFacts facts, String identity) {
    public Seen {
      sections = List.copyOf(sections);
    }
  }

  /**
   * Begins to speak, until it is closed.
   *
   * @throws IllegalArgumentException that says what is wrong with the settings
   */
  AutoCloseable speak(Node node);

  /** The one that is among this program's modules. */
  static Optional<Face> find() {
    return ServiceLoader.load(Face.class).findFirst();
  }
}
