package dev.ingot.agent.inspect;

import dev.ingot.agent.parse.Numbers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The machine that is inspected: its {@code /sys} and {@code /proc} below a root folder, and its
 * tools. Every read is bounded.
 */
public final class Machine {
  private static final int MOST_BYTES = 8 << 20;
  private static final int MOST_ENTRIES = 100_000;

  private final Path root;
  private final Tools tools;
  private final @Nullable Recording recording;
  private final Map<String, String> unreadable;
  private final LastAnswers last;

  private Machine(
      Path root, Tools tools, @Nullable Recording recording, Map<String, String> unreadable) {
    this(root, tools, recording, unreadable, new LastAnswers());
  }

  private Machine(
      Path root,
      Tools tools,
      @Nullable Recording recording,
      Map<String, String> unreadable,
      LastAnswers last) {
    this.root = root;
    this.last = last;
    this.tools = tools;
    this.recording = recording;
    this.unreadable = Map.copyOf(unreadable);
  }

  /** This machine; each of its tools gets so long to answer. */
  public static Machine local(Duration toolDeadline) {
    return new Machine(Path.of("/"), new LocalTools(toolDeadline), null, Map.of());
  }

  /** The same, whose LLDP frames are heard by us. */
  public Machine hearing(LldpSource source) {
    return new Machine(root, new HearingTools(tools, source), recording, unreadable);
  }

  /** A machine whose files lie below a folder: one mounted elsewhere, or a recorded one. */
  public static Machine at(Path root, Tools tools) {
    return recorded(root, tools, Map.of());
  }

  /** The same, and files that were there and could not be read. */
  static Machine recorded(Path root, Tools tools, Map<String, String> unreadable) {
    return new Machine(root.toAbsolutePath().normalize(), tools, null, unreadable);
  }

  /** This machine, and all that is read of it is kept. */
  public Machine recordedBy(Recording recording) {
    return new Machine(root, recording.tools(tools), recording, unreadable);
  }

  /** Its tools for one inspection by one inspector. */
  LastAnswers.Asking asking(String inspector) {
    return last.asking(inspector, tools);
  }

  /** The same with other tools. */
  Machine with(Tools others) {
    return new Machine(root, others, recording, unreadable, last);
  }

  Tools tools() {
    return tools;
  }

  /** Whether this is the machine that we run on, so that the JDK's own view of it is true. */
  boolean isLocal() {
    return root.getParent() == null;
  }

  boolean exists(String path) {
    if (recording != null) {
      recording.seen(root, path);
    }
    return Files.exists(resolve(path));
  }

  /** A file's text without its last newlines; see {@link Content}. */
  Content read(String path) {
    String reason = unreadable.get(path);
    if (reason != null) {
      return new Content.Unreadable(reason);
    }
    Content content = readFile(path);
    if (recording != null && content instanceof Content.Unreadable(String why)) {
      recording.seen(root, path);
      recording.unreadable(path, why);
    }
    return content;
  }

  private Content readFile(String path) {
    try (InputStream stream = Files.newInputStream(resolve(path))) {
      byte[] bytes = stream.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        return new Content.Unreadable("longer than " + MOST_BYTES + " bytes");
      }
      if (recording != null) {
        recording.seen(root, path);
        recording.file(path, bytes);
      }
      return new Content.Text(withoutLastNewlines(new String(bytes, StandardCharsets.UTF_8)));
    } catch (NoSuchFileException e) {
      return new Content.Absent();
    } catch (AccessDeniedException e) {
      return new Content.Unreadable("permission denied");
    } catch (IOException e) {
      return new Content.Unreadable(String.valueOf(e.getMessage()));
    }
  }

  /** What a file says, without blanks around it; null if it is empty, absent or unreadable. */
  @Nullable String text(String path) {
    if (read(path) instanceof Content.Text(String value)) {
      String stripped = value.strip();
      return stripped.isEmpty() ? null : stripped;
    }
    return null;
  }

  /** The whole number in a file (decimal, or hexadecimal after 0x); null if there is none. */
  @Nullable Long number(String path) {
    String value = text(path);
    return value == null ? null : Numbers.parse(value);
  }

  /** First bytes of a binary attribute; empty if it is absent or unreadable. */
  byte[] bytes(String path, int most) {
    try (InputStream stream = Files.newInputStream(resolve(path))) {
      byte[] bytes = stream.readNBytes(most);
      if (recording != null) {
        recording.seen(root, path);
        recording.file(path, bytes);
      }
      return bytes;
    } catch (IOException e) {
      return new byte[0];
    }
  }

  /** Names in a folder, sorted; empty if it is absent or unreadable. */
  List<String> list(String path) {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(resolve(path))) {
      for (Path entry : entries) {
        names.add(String.valueOf(entry.getFileName()));
        if (names.size() == MOST_ENTRIES) {
          break;
        }
      }
    } catch (IOException e) {
      return List.of();
    }
    names.sort(null);
    if (recording != null) {
      recording.listed(root, path, names);
    }
    return names;
  }

  /** The last name of what a link points to, as {@code device/driver} does; null if no link. */
  @Nullable String linkName(String path) {
    if (recording != null) {
      recording.seen(root, path);
    }
    try {
      return String.valueOf(Files.readSymbolicLink(resolve(path)).getFileName());
    } catch (IOException | UnsupportedOperationException e) {
      return null;
    }
  }

  /** Where a path really leads, all links followed, below the root; null if nowhere. */
  @Nullable String real(String path) {
    if (recording != null) {
      recording.seen(root, path);
    }
    try {
      Path real = resolve(path).toRealPath();
      return "/" + root.toRealPath().relativize(real);
    } catch (IOException e) {
      return null;
    }
  }

  private Path resolve(String path) {
    return root.resolve(path.startsWith("/") ? path.substring(1) : path);
  }

  /** NUL, which ends strings in the kernel and PostgreSQL cannot store, is left out. */
  private static String withoutLastNewlines(String bytes) {
    String text = bytes.replace("\0", "");
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == '\n') {
      end--;
    }
    return text.substring(0, end);
  }
}
