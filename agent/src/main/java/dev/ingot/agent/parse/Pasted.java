package dev.ingot.agent.parse;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Outputs as people keep them: behind a margin of blanks, the quote marks of a mail or of a
 * comment, the marks of a log or of a table of Markdown, below the prompt of a shell (whose command
 * may have a password in it), with remarks behind values. Lines stay lines, so that their numbers
 * hold.
 */
final class Pasted {
  private static final Pattern QUOTE = Pattern.compile("^(?:> ?)+");
  private static final Pattern BOLD = Pattern.compile("^(\\s*)\\*\\*([^*\\s].*?)\\*\\*\\s*$");
  private static final Pattern BOLD_WORD =
      Pattern.compile("(?<=[ |])\\*\\*([^*\\s|]+)\\*\\*(?=[ |]|$)");
  private static final Pattern CODE = Pattern.compile("^\\s*+`+ ?([^`]+?)`+\\s*$");
  private static final Pattern COMMENT = Pattern.compile("^\\s*#+ ?");
  private static final Pattern CELLS = Pattern.compile("^\\s*+\\|([^|]*+)\\|([^|]*+)\\|$");
  private static final Pattern LOG =
      Pattern.compile("^[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d \\S+ \\S+\\[\\d+]: ?");

  /** {@code 09:22:43 DEBUG| [stdout] …} of programs that log what others print. */
  private static final Pattern LEVELS =
      Pattern.compile(
          "^(?:\\d{4}-\\d\\d-\\d\\d[ T])?\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d+)? (?:\\S+ +){0,2}"
              + "(?:DEBUG|INFO|WARN(?:ING)?|ERROR) *\\| ?(?:\\[std(?:out|err)] ?)?");

  private static final Pattern PROMPT =
      Pattern.compile(
          "^\\s*+#*+\\s*+\\[?[\\w.-]+@[\\w.-]+(?:[: ][^\\s#$%>]*)?]?\\s?[#$%>](?:\\s.*)?$");

  /** A command that has a password in it, with whatever prompt. */
  private static final Pattern PASSWORD = Pattern.compile("(?:^|\\s)-[Pp] ?\\S");

  private static final Pattern SHORT_PROMPT =
      Pattern.compile("^[\\w.-]+:[~/][^\\s:]*\\s?[$#](?:\\s.*)?$");

  /** Tools write ASCII here; a remark in another writing is somebody's own. */
  private static final Pattern REMARK =
      Pattern.compile(
          "(?<![ \\t])[ \\t]{2,}#.*[^\\x00-\\x7f].*$|[ \\t]# [^\\x00-\\x7f].*$|\\t+#{2,}.*$");

  private static final Pattern ARROW = Pattern.compile("(?<![ \\t])[ \\t]+<+[-=]{2,}[^-=>].*$");

  /** What a terminal takes for colours (ECMA-48, SGR and the end of a line). */
  private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*[mK]");

  /** Pages and mails keep columns with these; between digits they part thousands. */
  private static final Pattern HARD_BLANK = Pattern.compile("(?<!\\d)\u00a0|\u00a0(?!\\d)");

  private Pasted() {}

  static String uncoloured(String text) {
    return text.indexOf('\u001b') < 0 ? text : COLOUR.matcher(text).replaceAll("");
  }

  static String plain(String kept) {
    String text = HARD_BLANK.matcher(MailText.decoded(kept)).replaceAll(" ");
    if (JsonText.looksLike(text)) {
      return text;
    }
    List<String> lines = new ArrayList<>(text.lines().toList());
    // A prompt has no margin and no marks, whatever stands below it.
    lines.replaceAll(line -> prompt(line) ? "" : line);
    if (all(lines, line -> line.startsWith(">"))) {
      lines.replaceAll(line -> QUOTE.matcher(line).replaceFirst(""));
      if (all(lines, line -> line.startsWith("|") && !row(line))) {
        lines.replaceAll(line -> line.isEmpty() ? line : line.substring(1));
      }
    }
    if (all(lines, line -> line.stripLeading().startsWith("#") || rule(line))
        && lines.stream().anyMatch(line -> line.contains("#"))) {
      lines.replaceAll(line -> COMMENT.matcher(line).replaceFirst(""));
    }
    if (all(lines, line -> LOG.matcher(line).find())) {
      lines.replaceAll(line -> LOG.matcher(line).replaceFirst(""));
    }
    if (all(lines, line -> LEVELS.matcher(line).find())) {
      lines.replaceAll(line -> LEVELS.matcher(line).replaceFirst(""));
    }
    if (all(lines, Pasted::row)) {
      lines.replaceAll(Pasted::cells);
    }
    // Only the first line of a paragraph may have the mark of a quotation, or two stars before a
    // line and behind it that made it bold.
    lines.replaceAll(line -> line.startsWith("> ") ? QUOTE.matcher(line).replaceFirst("") : line);
    lines.replaceAll(line -> line.contains("`") ? CODE.matcher(line).replaceFirst("$1") : line);
    lines.replaceAll(line -> line.contains("**") ? light(line) : line);
    int margin = margin(lines);
    lines.replaceAll(
        line -> {
          String inner = line.substring(Math.min(margin, line.length()));
          if (prompt(inner)) {
            return "";
          }
          String said = inner.indexOf('<') > 0 ? ARROW.matcher(inner).replaceFirst("") : inner;
          return said.indexOf('#') > 0 ? REMARK.matcher(said).replaceFirst("") : said;
        });
    return String.join("\n", lines);
  }

  private static String light(String line) {
    return BOLD_WORD.matcher(BOLD.matcher(line).replaceFirst("$1$2")).replaceAll("$1");
  }

  private static boolean row(String line) {
    return line.endsWith("|") && CELLS.matcher(line).matches();
  }

  private static String cells(String line) {
    Matcher row = CELLS.matcher(line);
    return row.matches() ? row.group(1).strip() + " " + row.group(2).strip() : line;
  }

  private static boolean prompt(String line) {
    return (line.indexOf('@') > 0 && PROMPT.matcher(line).matches())
        || (line.indexOf(':') > 0 && SHORT_PROMPT.matcher(line).matches())
        || (line.contains("ipmitool ") && PASSWORD.matcher(line).find());
  }

  private static boolean all(List<String> lines, Predicate<String> form) {
    boolean some = false;
    for (String line : lines) {
      if (!line.isBlank()) {
        if (!form.test(line)) {
          return false;
        }
        some = true;
      }
    }
    return some;
  }

  private static boolean rule(String line) {
    return line.length() > 2 && line.chars().allMatch(c -> c == '-' || c == '=');
  }

  /** The blanks that all lines begin with; a tab only where all have it there. */
  private static int margin(List<String> lines) {
    String first = lines.stream().filter(line -> !line.isBlank()).findFirst().orElse("");
    int margin = first.length() - first.stripLeading().length();
    for (String line : lines) {
      int same = 0;
      while (same < margin && same < line.length() && line.charAt(same) == first.charAt(same)) {
        same++;
      }
      margin = line.isBlank() ? margin : same;
    }
    return margin;
  }
}
