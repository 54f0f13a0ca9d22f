package dev.ingot.server.resources.address;

import dev.ingot.core.Json;
import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.resources.kind.IpAddress;
import dev.ingot.server.resources.kind.Kind;
import dev.ingot.server.resources.kind.Kinds;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Networks by hand: made, replaced and deleted; no two overlap, nor do pools. */
final class Networks {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
  private static final int MOST = 10_000;
  private static final int MOST_PARTS = 1000;

  /** PostgreSQL, appendix A: an exclusion constraint was violated. */
  private static final String OVERLAP = "23P01";

  private final Kinds kinds;
  private final Audit audit;

  Networks(Kinds kinds, Audit audit) {
    this.kinds = kinds;
    this.audit = audit;
  }

  /** A pool that was read. */
  record Range(String name, IpAddress first, IpAddress last, String field) {}

  /** Addresses that are not given out, as they were read. */
  record Gap(IpAddress first, IpAddress last, @Nullable String reason) {}

  /**
   * Makes a network or replaces the one of that name. What its pools have given out stays: a pool
   * cannot be cut from under addresses that somebody has.
   *
   * @return whether it is new
   */
  boolean put(
      Handle handle,
      Principal who,
      String name,
      NetworkBody body,
      Consumer<@Nullable Network> precondition) {
    if (!NAME.matcher(name).matches()) {
      throw Problem.invalid("name", "must be 1 to 63 letters, digits, dots, dashes, underscores");
    }
    Prefix prefix = Prefix.parse(body.prefix(), "prefix");
    Kind kind = kinds.require(handle, body.kind() == null ? "private-addresses" : body.kind());
    if (!kind.isOfAddresses()) {
      throw Problem.invalid("kind", kind.name() + " are no addresses");
    }
    String gateway = inside(body.gateway(), prefix, "gateway");
    if (body.vlan() != null && (body.vlan() < 1 || body.vlan() > 4094)) {
      throw Problem.invalid("vlan", "must be from 1 to 4094");
    }
    List<Range> pools = pools(name, body, prefix);
    List<Gap> gaps = gaps(body, prefix);
    // One writer at a time, so that what is compared stays so.
    handle.execute("LOCK TABLE address_network IN SHARE ROW EXCLUSIVE MODE");
    Network before = NetworkTable.find(handle, name).orElse(null);
    precondition.accept(before);
    if (before != null
        && (!before.prefix().equals(prefix.toString()) || !before.kind().equals(kind.name()))) {
      throw Problem.conflict("the prefix and the kind of a network cannot change; make another");
    }
    if (before == null && NetworkTable.count(handle) >= MOST) {
      throw Problem.conflict("there are " + MOST + " networks, and no more can be made");
    }
    try {
      NetworkTable.put(handle, who.name(), name, kind.name(), prefix, gateway, dns(body), body);
      NetworkTable.exclude(handle, kind.name(), name, gaps);
      NetworkTable.pools(handle, kind.name(), name, pools, who.name());
      NetworkTable.adopt(handle, kind.name(), name);
    } catch (JdbiException e) {
      throw overlap(e, prefix);
    }
    audit.record(
        handle,
        who,
        "network.put",
        "network:" + name,
        shown(before),
        shown(NetworkTable.find(handle, name).orElseThrow()));
    return before == null;
  }

  private static RuntimeException overlap(JdbiException e, Prefix prefix) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && OVERLAP.equals(sql.getSQLState())) {
        boolean ofPools = String.valueOf(sql.getMessage()).contains("pools_do_not_overlap");
        return new Problem(
            Problem.Kind.CONFLICT,
            ofPools ? "overlaps another pool" : prefix + " overlaps another network",
            ofPools ? "pools" : "prefix",
            e);
      }
    }
    return e;
  }

  private static @Nullable String inside(@Nullable String text, Prefix prefix, String field) {
    return text == null ? null : address(text, prefix, field).toString();
  }

  private static IpAddress address(String text, Prefix prefix, String field) {
    IpAddress address = IpAddress.parse(text);
    if (address == null) {
      throw Problem.invalid(field, "must be an IPv4 or IPv6 address");
    }
    if (!prefix.contains(address)) {
      throw Problem.invalid(field, address + " is outside the network " + prefix);
    }
    return address;
  }

  private static List<String> dns(NetworkBody body) {
    List<String> servers = new ArrayList<>();
    for (String each : body.dns() == null ? List.<String>of() : body.dns()) {
      IpAddress address = IpAddress.parse(each);
      if (address == null) {
        throw Problem.invalid("dns." + servers.size(), "must be an IPv4 or IPv6 address");
      }
      servers.add(address.toString());
    }
    return servers;
  }

  private static List<Range> pools(String network, NetworkBody body, Prefix prefix) {
    if (body.pools() == null) {
      return List.of(new Range(network, prefix.first(), prefix.last(), "pools"));
    }
    bounded(body.pools(), "pools");
    List<Range> pools = new ArrayList<>();
    for (NetworkBody.PoolBody each : body.pools()) {
      String field = "pools." + pools.size();
      String name = each.name();
      if (name == null) {
        name = body.pools().size() == 1 ? network : network + "-" + (pools.size() + 1);
      }
      if (!NAME.matcher(name).matches()) {
        throw Problem.invalid(
            field + ".name", "must be 1 to 63 letters, digits, dots, dashes, underscores");
      }
      if ((each.prefix() == null) == (each.first() == null || each.last() == null)) {
        throw Problem.invalid(field, "must say first and last, or a prefix");
      }
      IpAddress first;
      IpAddress last;
      if (each.prefix() != null) {
        Prefix part = Prefix.parse(each.prefix(), field + ".prefix");
        first = address(part.first().toString(), prefix, field + ".prefix");
        last = address(part.last().toString(), prefix, field + ".prefix");
      } else {
        first = address(String.valueOf(each.first()), prefix, field + ".first");
        last = address(String.valueOf(each.last()), prefix, field + ".last");
      }
      if (last.isBefore(first)) {
        throw Problem.invalid(field + ".last", "must not be before first");
      }
      for (Range other : pools) {
        if (other.name().equals(name)) {
          throw Problem.invalid(field + ".name", "is the name of another pool too");
        }
        if (!last.isBefore(other.first()) && !other.last().isBefore(first)) {
          throw new Problem(
              Problem.Kind.CONFLICT, "overlaps the pool " + other.name(), field, null);
        }
      }
      pools.add(new Range(name, first, last, field));
    }
    return pools;
  }

  private static List<Gap> gaps(NetworkBody body, Prefix prefix) {
    List<Gap> gaps = new ArrayList<>();
    if (body.exclusions() == null) {
      return gaps;
    }
    bounded(body.exclusions(), "exclusions");
    for (NetworkBody.ExclusionBody each : body.exclusions()) {
      String field = "exclusions." + gaps.size();
      IpAddress first = address(each.first(), prefix, field + ".first");
      IpAddress last = each.last() == null ? first : address(each.last(), prefix, field + ".last");
      if (last.isBefore(first)) {
        throw Problem.invalid(field + ".last", "must not be before first");
      }
      gaps.add(new Gap(first, last, each.reason()));
    }
    return gaps;
  }

  private static void bounded(List<?> parts, String field) {
    if (parts.size() > MOST_PARTS) {
      throw Problem.invalid(field, "has more than " + MOST_PARTS + " parts");
    }
  }

  /** Deletes one of which nobody has an address. */
  void delete(Handle handle, Principal who, String name, Consumer<Network> precondition) {
    handle.execute("LOCK TABLE address_network IN SHARE ROW EXCLUSIVE MODE");
    Network before = NetworkTable.require(handle, name);
    precondition.accept(before);
    if (before.held() > 0) {
      throw Problem.conflict(
          "%d addresses of the network %s are held; release them first"
              .formatted(before.held(), name));
    }
    NetworkTable.delete(handle, name);
    audit.record(handle, who, "network.delete", "network:" + name, shown(before), null);
  }

  private static @Nullable ObjectNode shown(@Nullable Network network) {
    if (network == null) {
      return null;
    }
    ObjectNode shown = Json.MAPPER.valueToTree(network);
    shown.remove(List.of("name", "held", "free", "version", "created", "createdBy"));
    return shown;
  }
}
