package dev.ingot.postgres;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds the line of a program's output that a person needs. */
final class Complaint {
  private static final Pattern WRONG =
      Pattern.compile("\\b(PANIC|FATAL|ERROR|error|could not|cannot|No space)\\b");
  private static final Pattern PREFIX =
      Pattern.compile("^.*?(?:PANIC|FATAL|ERROR|error):\\s+|^\\d{4}-\\S+ \\S+ UTC \\[\\d+] ");

  private Complaint() {}

  static Optional<String> in(List<String> output) {
    List<String> lines = output.stream().filter(line -> !line.isBlank()).toList();
    return lines.stream()
        .filter(line -> line.contains("No space left"))
        .findFirst()
        .or(() -> lines.stream().filter(line -> WRONG.matcher(line).find()).findFirst())
        .or(() -> lines.isEmpty() ? Optional.empty() : Optional.of(lines.getLast()))
        .map(line -> PREFIX.matcher(line).replaceFirst("").strip());
  }
}
