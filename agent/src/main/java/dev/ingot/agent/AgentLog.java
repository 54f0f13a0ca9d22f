package dev.ingot.agent;

import dev.ingot.agent.link.LinkNews;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The link's news as lines for people; what only repeats itself is said less and less often. */
final class AgentLog {
  private static final Logger log = LoggerFactory.getLogger("dev.ingot.agent");

  private String last = "";
  private int repeated;

  void tell(LinkNews news) {
    switch (news) {
      case LinkNews.Joined(String nodeId, boolean pending) -> {
        last = "";
        log.info(
            "joined as {}{}",
            nodeId,
            pending ? ", pending approval: ingot nodes approve " + nodeId : "");
      }
      case LinkNews.Refused(String reason, String detail, long retry) ->
          sayOnce("refused because " + reason + ": " + plain(detail), retry);
      case LinkNews.Apart(String reason, long retry) ->
          sayOnce("not connected: " + plain(reason), retry);
      case LinkNews.SectionRefused(String section, String reason, String detail) ->
          log.warn("the server does not store section {} ({}): {}", section, reason, plain(detail));
      case LinkNews.NotUnderstood(String what) -> log.info("{}", plain(what));
    }
  }

  private void sayOnce(String line, long retryMillis) {
    repeated = line.equals(last) ? repeated + 1 : 0;
    last = line;
    // The first, second, fourth, eighth … time.
    if (Integer.bitCount(repeated + 1) == 1) {
      log.warn("{}; next attempt in {} s", line, Math.max(1, retryMillis / 1000));
    }
  }

  private static String plain(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
