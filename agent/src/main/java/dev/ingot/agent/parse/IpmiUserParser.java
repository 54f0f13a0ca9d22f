package dev.ingot.agent.parse;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/**
 * {@code ipmitool user list}, with {@code -c} or without, {@code user summary}, and {@code channel
 * getaccess} of one user or all.
 */
final class IpmiUserParser implements OutputParser {
  /** The columns are as wide as their heads; names may be empty and have blanks in them. */
  private static final Pattern ROW =
      Pattern.compile("(\\d+)\\s+(.*?)\\s*(true|false)\\s+(true|false)\\s+(true|false)\\s+(\\S.*)");

  @Override
  public Parsed parse(String text) throws ParseFailure {
    Notes notes = new Notes();
    ArrayNode users = Fields.array();
    Block block = new Block();
    boolean head = false;
    for (Line line : Line.of(text)) {
      String said = line.text();
      Matcher row = ROW.matcher(said);
      String[] parts = said.split(",", -1);
      if (line.isBlank()) {
        continue;
      } else if (said.startsWith("ID ") && said.contains("Name")) {
        head = true;
      } else if (parts.length == 6 && Numbers.parse(parts[0]) != null) {
        users.add(user(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]));
      } else if (row.matches()) {
        users.add(
            user(
                row.group(1),
                row.group(2),
                row.group(3),
                row.group(4),
                row.group(5),
                row.group(6)));
      } else {
        block = Text.matches(said, "User ID\\s*:.*") ? accessed(block, users) : block;
        if (said.indexOf(':') < 0 || !block.add(said)) {
          notes.line(line);
        }
      }
    }
    Block summary = accessed(block, users);
    Fields facts = new Fields();
    if (head || !users.isEmpty()) {
      long named = users.valueStream().filter(user -> user.has("name")).count();
      facts
          .put("counts", new Fields().put("users", (long) users.size()).put("named", named).node())
          .put("users", users);
    }
    Fields about =
        new Fields()
            .put("maximum", summary.number("maximum_ids", "maximum_user_ids"))
            .put("enabled", summary.number("enabled_user_count", "enabled_user_ids"))
            .put("fixed_names", summary.number("fixed_name_count"));
    facts.putUnlessEmpty("summary", about.node());
    summary.keys().forEach(key -> notes.add(key + ": " + summary.peek(key)));
    return notes.result("ipmitool-user", facts);
  }

  /** Keeps the user of these lines; what is of the whole channel goes on. */
  private static Block accessed(Block block, ArrayNode users) {
    String id = block.take("user_id");
    if (id == null) {
      return block;
    }
    String callin = block.take("access_available");
    users.add(
        new Fields()
            .put("id", Text.number(id))
            .put("name", block.take("user_name"))
            .put("fixed_name", block.flag("fixed_name"))
            .put("callin", callin == null ? null : Boolean.valueOf(callin.contains("call-in")))
            .put("link_authentication", block.flag("link_authentication"))
            .put("ipmi_messaging", block.flag("ipmi_messaging"))
            .put("privilege", known(block.take("privilege_level")))
            .put("enabled", block.flag("enable_status"))
            .node());
    return block;
  }

  private static tools.jackson.databind.JsonNode user(
      @Nullable String id,
      @Nullable String name,
      @Nullable String callin,
      @Nullable String link,
      @Nullable String ipmi,
      @Nullable String privilege) {
    return new Fields()
        .put("id", Text.number(id))
        .put("name", name == null || name.equals("(Empty User)") ? null : name.strip())
        .put("callin", Text.flag(callin))
        .put("link_authentication", Text.flag(link))
        .put("ipmi_messaging", Text.flag(ipmi))
        .put("privilege", known(privilege))
        .node();
  }

  /** {@code Unknown (0x00)}: the controller has none for the user. */
  private static @Nullable String known(@Nullable String privilege) {
    return privilege == null || privilege.startsWith("Unknown (") ? null : privilege;
  }
}
