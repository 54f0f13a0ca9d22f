package dev.ingot.server.nodes.target;

import dev.ingot.server.nodes.NodeFilter;
import dev.ingot.server.nodes.NodeReader;
import dev.ingot.server.problem.Problem;
import java.util.List;
import java.util.Locale;
import org.jdbi.v3.core.Handle;

/** From a target to the nodes that it means now. */
public final class TargetResolver {
  private final NodeFilter filters;

  public TargetResolver(NodeFilter filters) {
    this.filters = filters;
  }

  /** The ids of the nodes that the text means; see {@link #resolve(Handle, Target)}. */
  public List<String> resolve(Handle handle, String on) {
    return resolve(handle, Target.parse(on));
  }

  /**
   * The ids in order. A name that nobody has is a problem; a tag, a glob or a filter that nothing
   * matches is an empty list.
   */
  public List<String> resolve(Handle handle, Target target) {
    return switch (target) {
      case Target.All() ->
          handle.select("SELECT id FROM node ORDER BY id").mapTo(String.class).list();
      case Target.Tagged(String tag) ->
          handle
              .createQuery("SELECT id FROM node WHERE tags @> ARRAY[:tag::text] ORDER BY id")
              .bind("tag", tag)
              .mapTo(String.class)
              .list();
      case Target.HostnameGlob(String glob) -> like(handle, pattern(glob));
      case Target.Filter(var filter) -> filters.matching(handle, filter);
      case Target.Named(String name) -> named(handle, name);
    };
  }

  private static List<String> named(Handle handle, String name) {
    List<String> byId = NodeReader.byPrefix(handle, name);
    List<String> found = byId.isEmpty() ? like(handle, pattern(name)) : byId;
    if (found.isEmpty()) {
      throw Problem.notFound("no node has the id or hostname " + name);
    }
    if (found.size() > 1) {
      throw NodeReader.ambiguous(name, found);
    }
    return found;
  }

  private static List<String> like(Handle handle, String pattern) {
    return handle
        .createQuery("SELECT id FROM node WHERE lower(hostname) LIKE :pattern ORDER BY id")
        .bind("pattern", pattern)
        .mapTo(String.class)
        .list();
  }

  private static String pattern(String glob) {
    StringBuilder pattern = new StringBuilder();
    for (char c : glob.toLowerCase(Locale.ROOT).toCharArray()) {
      switch (c) {
        case '*' -> pattern.append('%');
        case '?' -> pattern.append('_');
        case '%', '_', '\\' -> pattern.append('\\').append(c);
        default -> pattern.append(c);
      }
    }
    return pattern.toString();
  }
}
