package dev.ingot.server.nodes;

/** What an agent shows at the door. The secrets never print. */
public sealed interface Credential {
  String secret();

  /** The node's own key, given at its first admission. */
  record NodeKey(String secret) implements Credential {
    @Override
    public String toString() {
      return "NodeKey";
    }
  }

  /** Made by an operator, for agents that are installed by hand: many uses until it expires. */
  record EnrolmentToken(String secret) implements Credential {
    @Override
    public String toString() {
      return "EnrolmentToken";
    }
  }

  /** Made for one network boot: bound to MAC and source address, used once. */
  record BootTicket(String secret) implements Credential {
    @Override
    public String toString() {
      return "BootTicket";
    }
  }
}
