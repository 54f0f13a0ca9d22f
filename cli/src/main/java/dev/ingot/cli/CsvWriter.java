package dev.ingot.cli;

import java.io.PrintStream;
import java.util.List;

/** Comma-separated values by RFC 4180: CRLF, quotes doubled. */
final class CsvWriter {
  private CsvWriter() {}

  static void write(PrintStream out, List<String> fields) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < fields.size(); i++) {
      line.append(i == 0 ? "" : ",").append(field(fields.get(i)));
    }
    out.print(line.append("\r\n"));
  }

  private static String field(String text) {
    for (int i = 0; i < text.length(); i++) {
      char it = text.charAt(i);
      if (it == ',' || it == '"' || it == '\r' || it == '\n') {
        return '"' + text.replace("\"", "\"\"") + '"';
      }
    }
    return text;
  }
}
