package dev.ingot.agent.bootstrap;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is in a bundle: a text of lines.
 *
 * @param number grows from bundle to bundle: an older one is never taken for a newer
 * @param version for people
 * @param main the class that is started
 * @param files jars are the class path, in this order
 */
public record Manifest(long number, String version, String main, List<Entry> files) {
  private static final String FIRST = "ingot-agent-bundle 1";
  private static final int MOST_FILES = 1_000;
  private static final long MOST_OCTETS = 1L << 30;
  private static final String NAME = "[A-Za-z0-9_+-][A-Za-z0-9._+-]{0,127}";
  private static final Pattern LINE =
      Pattern.compile(
          "number (\\d{1,18})|version ([^\\p{Cntrl}]{1,128})|main ([A-Za-z0-9_.$]{1,256})"
              + "|file ([0-9a-f]{64}) (\\d{1,10}) ("
              + NAME
              + "(?:/"
              + NAME
              + ")*)");

  /** One file: its digest, its size and where it lies. */
  public record Entry(String sha256, long size, String path) {}

  public Manifest {
    files = List.copyOf(files);
  }

  /** As it is signed. */
  public String text() {
    StringBuilder text = new StringBuilder(FIRST).append('\n');
    text.append("number ").append(number).append('\n');
    text.append("version ").append(version).append('\n');
    text.append("main ").append(main).append('\n');
    for (Entry file : files) {
      text.append("file ").append(file.sha256()).append(' ').append(file.size());
      text.append(' ').append(file.path()).append('\n');
    }
    return text.toString();
  }

  static Manifest parse(byte[] bytes) throws BundleException {
    String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n", -1);
    if (!lines[0].equals(FIRST)) {
      throw new BundleException("it does not begin with " + FIRST);
    }
    long number = -1;
    String version = "";
    String main = "";
    List<Entry> files = new ArrayList<>();
    long octets = 0;
    for (String line : List.of(lines).subList(1, lines.length)) {
      Matcher matcher = LINE.matcher(line);
      if (line.isEmpty()) {
        continue;
      }
      if (!matcher.matches()) {
        throw new BundleException(
            "a line that means nothing: " + line.substring(0, Math.min(80, line.length())));
      }
      if (matcher.group(1) != null) {
        number = Long.parseLong(matcher.group(1));
      } else if (matcher.group(2) != null) {
        version = matcher.group(2);
      } else if (matcher.group(3) != null) {
        main = matcher.group(3);
      } else {
        Entry file =
            new Entry(matcher.group(4), Long.parseLong(matcher.group(5)), matcher.group(6));
        octets += file.size();
        files.add(file);
      }
    }
    if (number < 0 || main.isEmpty() || files.isEmpty()) {
      throw new BundleException("number, main or files are missing");
    }
    if (files.size() > MOST_FILES || octets > MOST_OCTETS) {
      throw new BundleException("more than " + MOST_FILES + " files or " + MOST_OCTETS + " octets");
    }
    if (files.stream().map(Entry::path).distinct().count() < files.size()) {
      throw new BundleException("a file is there twice");
    }
    return new Manifest(number, version, main, files);
  }
}
