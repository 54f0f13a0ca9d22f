package dev.ingot.server.nodes.target;

import dev.ingot.server.access.Principal;
import dev.ingot.server.nodes.NodeFilter;
import dev.ingot.server.nodes.NodeReader;
import dev.ingot.server.nodes.ViewNodes;
import dev.ingot.server.nodes.VisibleNodes;
import dev.ingot.server.problem.Problem;
import java.util.List;
import java.util.Locale;
import org.jdbi.v3.core.Handle;

/** From a target to the nodes that it means now. */
public final class TargetResolver {
  private final NodeFilter filters;
  private final ViewNodes views;
  private final VisibleNodes visible;

  public TargetResolver(NodeFilter filters, ViewNodes views, VisibleNodes visible) {
    this.filters = filters;
    this.views = views;
    this.visible = visible;
  }

  /** The nodes that the text means when the server itself says it. */
  public List<String> resolve(Handle handle, String on) {
    return resolve(handle, Principal.SYSTEM, Target.parse(on));
  }

  /** The nodes that the target means when the server itself says it. */
  public List<String> resolve(Handle handle, Target target) {
    return resolve(handle, Principal.SYSTEM, target);
  }

  /** The ids of the nodes that somebody means; see {@link #resolve(Handle, Principal, Target)}. */
  public List<String> resolve(Handle handle, Principal principal, String on) {
    return resolve(handle, principal, Target.parse(on));
  }

  /**
   * The ids in order, of nodes that the principal may see. A name that nobody has is a problem; a
   * tag, a glob, a view or a filter that nothing matches is an empty list.
   */
  public List<String> resolve(Handle handle, Principal principal, Target target) {
    return switch (target) {
      case Target.All() ->
          visible.of(
              handle,
              principal,
              handle.select("SELECT id FROM node ORDER BY id").mapTo(String.class).list());
      case Target.Tagged(String tag) ->
          visible.of(
              handle,
              principal,
              handle
                  .createQuery("SELECT id FROM node WHERE tags @> ARRAY[:tag::text] ORDER BY id")
                  .bind("tag", tag)
                  .mapTo(String.class)
                  .list());
      case Target.HostnameGlob(String glob) -> like(handle, principal, pattern(glob));
      case Target.Filter(var filter) -> filters.matching(handle, principal, filter);
      case Target.View(String name) -> views.shown(handle, principal, name);
      case Target.Named(String name) -> named(handle, principal, name);
    };
  }

  private List<String> named(Handle handle, Principal principal, String name) {
    List<String> byId = visible.byPrefix(handle, principal, name);
    List<String> found = byId.isEmpty() ? like(handle, principal, pattern(name)) : byId;
    if (found.isEmpty()) {
      throw Problem.notFound("no node has the id or hostname " + name);
    }
    if (found.size() > 1) {
      throw NodeReader.ambiguous(name, found);
    }
    return found;
  }

  private List<String> like(Handle handle, Principal principal, String pattern) {
    return visible.of(
        handle,
        principal,
        handle
            .createQuery("SELECT id FROM node WHERE lower(hostname) LIKE :pattern ORDER BY id")
            .bind("pattern", pattern)
            .mapTo(String.class)
            .list());
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
