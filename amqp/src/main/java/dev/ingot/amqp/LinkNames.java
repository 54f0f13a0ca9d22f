package dev.ingot.amqp;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the agents' link is called at a broker; docs/amqp.md has it in words. An agent may write to
 * the exchange with keys that end in its own name, and read queues that begin with it; everything
 * else is the servers'.
 */
public final class LinkNames {
  /** Where agents publish. */
  public static final String EXCHANGE = "ingot.agents";

  /** The type of a message with one frame of the link. */
  public static final String FRAME = "frame";

  /** Agent to all servers: who takes me. */
  public static final String OPEN = "open";

  /** Server to agent: I do; its id is the body. */
  public static final String HERE = "here";

  /** Either way: this connection is over; why is the body. */
  public static final String CLOSED = "closed";

  /** Server to agent: nothing; comes back if the agent's queue is gone. */
  public static final String PROBE = "probe";

  /** Accounts whose password is the agent's key. */
  private static final String KEY_ACCOUNT = "agent-";

  private static final Pattern KEY_ACCOUNT_FORM = Pattern.compile(KEY_ACCOUNT + "[0-9a-f]{40}");
  private static final String QUEUE = "ingot.agent.";

  private LinkNames() {}

  /** The account of an agent that shows its key: not the key, and nothing that leads to it. */
  public static String account(String key) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(("ingot account of " + key).getBytes(StandardCharsets.UTF_8));
      return KEY_ACCOUNT + HexFormat.of().formatHex(digest, 0, 20);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  public static boolean isKeyAccount(String user) {
    return KEY_ACCOUNT_FORM.matcher(user).matches();
  }

  /** An account's name as one word of a key. */
  public static String word(String account) {
    return account.replace("%", "%25").replace(".", "%2E").replace("*", "%2A").replace("#", "%23");
  }

  /** The queue of one connection of an agent. */
  public static String agentQueue(String account, String connection) {
    return QUEUE + word(account) + "." + connection;
  }

  /** Whether a queue is one of that account's. */
  public static boolean isAgentQueue(String queue, String account) {
    return queue.startsWith(QUEUE + word(account) + ".");
  }

  public static String serverQueue(String server) {
    return "ingot.server." + server;
  }

  public static String openKey(String account) {
    return OPEN + "." + word(account);
  }

  /** What servers bind to hear of those who come. */
  public static final String ANY_OPEN = OPEN + ".*";

  public static String serverKey(String server, String account) {
    return "to." + server + "." + word(account);
  }

  /** What a server binds to hear its own. */
  public static String serverBinding(String server) {
    return "to." + server + ".*";
  }

  /** Whether an account may write with that key. */
  public static boolean mayWrite(String account, String key) {
    return wordOf(key) != null && word(account).equals(wordOf(key));
  }

  /** The word of whoever wrote with that key; null if no agent writes so. */
  public static @Nullable String wordOf(String key) {
    String[] words = key.split("\\.", -1);
    boolean opens = words.length == 2 && words[0].equals(OPEN);
    boolean says = words.length == 3 && words[0].equals("to");
    return opens || says ? words[words.length - 1] : null;
  }
}
