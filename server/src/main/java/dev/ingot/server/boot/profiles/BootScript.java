package dev.ingot.server.boot.profiles;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.Template;
import dev.ingot.server.boot.profiles.BootProfile.Kind;
import dev.ingot.server.problem.Problem;
import java.util.Map;

/**
 * iPXE scripts. Templates know no logic and are strict: a name that nothing stands for is an error.
 * A value never ends its line or becomes a command or a variable of iPXE: characters that could are
 * left out of it.
 */
public final class BootScript {
  private static final int LONGEST = 256 << 10;

  private BootScript() {}

  /** A template that cannot be rendered for this node; the message names what is missing. */
  public static final class RenderException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RenderException(String message) {
      super(message);
    }
  }

  /** Refuses a template that does not compile; the problem names the field. */
  static void check(BootProfile profile) {
    if (profile.script() != null) {
      compile(profile.script(), "script");
    }
    compile(profile.arguments(), "arguments");
  }

  private static Template compile(String text, String field) {
    try {
      return Mustache.compiler()
          .withEscaper(BootScript::harmless)
          .withLoader(
              name -> {
                throw new MustacheException("it includes " + name + ", and may include nothing");
              })
          .compile(text);
    } catch (MustacheException broken) {
      throw Problem.invalid(field, "is no template: " + broken.getMessage());
    }
  }

  /**
   * Without what would end the line, or be read by iPXE as a command's end, a variable or a
   * comment.
   */
  static String harmless(String value) {
    StringBuilder kept = new StringBuilder(value.length());
    for (int at = 0; at < value.length(); at++) {
      char next = value.charAt(at);
      if (next > ' ' && next < 0x7f && "$|&;#\"'\\{}".indexOf(next) < 0) {
        kept.append(next);
      }
    }
    return kept.toString();
  }

  /**
   * The script of a profile for one machine.
   *
   * @param files the URL of the boot files, ending in a slash
   * @param scope {@code node}, {@code profile} and {@code boot}: maps of text
   * @throws RenderException when a name stands for nothing, or the script grows too long
   */
  public static String render(BootProfile profile, String files, Map<String, Object> scope) {
    StringBuilder script = new StringBuilder("#!ipxe\n");
    if (profile.kind() == Kind.SCRIPT && profile.script() != null) {
      String body = rendered(profile.script(), scope);
      script.append(body.startsWith("#!ipxe") ? body.substring(6).stripLeading() : body);
    } else if (profile.kernel() != null) {
      script.append("echo Ingot: ").append(profile.name()).append('\n').append("kernel ");
      script.append(url(rendered(profile.kernel(), scope), files));
      for (String file : profile.initrd()) {
        script.append(" initrd=").append(lastPart(rendered(file, scope)));
      }
      script.append(' ').append(rendered(profile.arguments(), scope)).append(" || goto failed\n");
      for (String file : profile.initrd()) {
        String path = rendered(file, scope);
        script
            .append("initrd --name ")
            .append(lastPart(path))
            .append(' ')
            .append(url(path, files))
            .append(" || goto failed\n");
      }
      script.append("boot || goto failed\n:failed\necho Ingot: ").append(profile.name());
      script.append(" could not be loaded; once more in 10 seconds\nsleep 10\nreboot\n");
    }
    if (script.length() > LONGEST) {
      throw new RenderException("the script is longer than " + LONGEST + " characters");
    }
    return script.toString();
  }

  /**
   * A template of another file than a script, as it stands.
   *
   * @throws RenderException when it is no template, a name stands for nothing, or it grows too long
   */
  public static String text(String template, Map<String, Object> scope) {
    try {
      String text = rendered(template, scope);
      if (text.length() > LONGEST) {
        throw new RenderException("it is longer than " + LONGEST + " characters");
      }
      return text;
    } catch (Problem broken) {
      throw new RenderException(String.valueOf(broken.getMessage()));
    }
  }

  /**
   * For a machine that may not have what is meant for it: says so and goes on to the next boot
   * device.
   */
  public static String generic(String reason) {
    return "#!ipxe\necho Ingot: "
        + harmlessText(reason)
        + "\necho It boots from its next device in 5 seconds.\nsleep 5\nexit 1\n";
  }

  private static String harmlessText(String text) {
    return text.replaceAll("[^A-Za-z0-9 .,:()/_-]", "");
  }

  private static String rendered(String template, Map<String, Object> scope) {
    try {
      return compile(template, "script").execute(scope);
    } catch (MustacheException.Context missing) {
      throw new RenderException(
          "nothing stands for " + missing.key + " (line " + missing.lineNo + ")");
    } catch (MustacheException broken) {
      throw new RenderException(String.valueOf(broken.getMessage()));
    }
  }

  private static String url(String path, String files) {
    return path.contains("://") ? path : files + path.replaceFirst("^/+", "");
  }

  private static String lastPart(String path) {
    String whole = path.replaceFirst("[?#].*", "");
    return whole.substring(whole.lastIndexOf('/') + 1);
  }
}
