package dev.ingot.server.boot.lease;

import dev.ingot.netboot.Ipv4;
import java.time.Instant;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * What one network's leases looked like when they were last read, and what was offered meanwhile.
 * It chooses what to offer and decides nothing: whether an address is given is said by the table
 * alone, when it is asked for. So what is forgotten here, or was never known, costs a client one
 * more try.
 */
final class LeaseBook {
  /** How long an address that was offered is kept for who was offered it. */
  private static final long OFFER_MILLISECONDS = 30_000;

  private final Subnet subnet;
  private final int[] starts;
  private final int size;

  /** Places in the ranges that nobody new may have now. */
  private final BitSet busy = new BitSet();

  /** Places that somebody had at some time: given to others when no other is left. */
  private final BitSet touched = new BitSet();

  private final BitSet forbidden = new BitSet();
  private final Map<Ipv4, Known> leases = new HashMap<>();
  private final Map<String, Ipv4> addresses = new HashMap<>();
  private final LinkedHashMap<String, Offer> offers = new LinkedHashMap<>();
  private final Map<Ipv4, String> offered = new HashMap<>();
  private final PriorityQueue<End> ends = new PriorityQueue<>();

  /** When a place is looked at next, in {@link #ends}; the largest number where it is not. */
  private final long[] queued;

  /** The latest moment that anybody named. */
  private long latest = Long.MIN_VALUE;

  /**
   * @param until by the count of milliseconds here
   * @param renewed by the database's clock: of two words about an address the later one counts
   */
  private record Known(@Nullable String mac, long until, Instant renewed) {}

  private record Offer(Ipv4 address, long until) {}

  private record End(long until, int place) implements Comparable<End> {
    @Override
    public int compareTo(End other) {
      return Long.compare(until, other.until);
    }
  }

  LeaseBook(Subnet subnet) {
    this.subnet = subnet;
    List<AddressRange> ranges = subnet.ranges();
    this.starts = new int[ranges.size()];
    int counted = 0;
    for (int range = 0; range < starts.length; range++) {
      starts[range] = counted;
      counted += (int) ranges.get(range).size();
    }
    this.size = counted;
    this.queued = new long[size];
    Arrays.fill(queued, Long.MAX_VALUE);
    for (int place = 0; place < size; place++) {
      if (subnet.forbids(at(place), "")) {
        forbidden.set(place);
        busy.set(place);
      }
    }
  }

  Subnet subnet() {
    return subnet;
  }

  /**
   * What to offer a machine: what is reserved for it, else what it has or had, else what it asks
   * for, else a place that its MAC address says, so that several servers rarely choose the same;
   * null when there is nothing.
   */
  synchronized @Nullable Ipv4 offer(String mac, @Nullable Ipv4 requested, long now) {
    expire(now);
    Ipv4 reserved = subnet.reserved().get(mac);
    if (reserved != null && !leasedToAnother(reserved, mac, now)) {
      return promise(mac, reserved, now);
    }
    Ipv4 mine = addresses.get(mac);
    if (mine != null && isOpen(mac, mine) && !leasedToAnother(mine, mac, now)) {
      return promise(mac, mine, now);
    }
    Offer before = offers.get(mac);
    if (before != null && isOpen(mac, before.address())) {
      return promise(mac, before.address(), now);
    }
    if (requested != null && isFree(requested)) {
      return promise(mac, requested, now);
    }
    int place = place(mac);
    if (place >= 0) {
      return promise(mac, at(place), now);
    }
    return oldestOffer(mac, now);
  }

  /**
   * Whether an address is one that this machine could have been offered: where one is reserved for
   * it, another only if it just was.
   */
  synchronized boolean mayHave(String mac, Ipv4 address) {
    Ipv4 reserved = subnet.reserved().get(mac);
    return address.equals(reserved)
        || (isOpen(mac, address) && (reserved == null || mac.equals(offered.get(address))));
  }

  private boolean isOpen(String mac, Ipv4 address) {
    return subnet.ranges(address) && !subnet.forbids(address, mac);
  }

  private boolean leasedToAnother(Ipv4 address, String mac, long now) {
    Known known = leases.get(address);
    return known != null && known.until > now && !mac.equals(known.mac);
  }

  private boolean isFree(Ipv4 address) {
    int place = placeOf(address);
    return place >= 0 && !busy.get(place);
  }

  private int place(String mac) {
    if (size == 0) {
      return -1;
    }
    int from = Math.floorMod(mac.hashCode() * 0x9e3779b9, size);
    int found = untouched(from, size);
    if (found < 0) {
      found = untouched(0, from);
    }
    if (found < 0) {
      found = busy.nextClearBit(from);
      found = found < size ? found : busy.nextClearBit(0);
    }
    return found < size ? found : -1;
  }

  private int untouched(int from, int to) {
    int place = from;
    while (place < to) {
      int free = busy.nextClearBit(touched.nextClearBit(place));
      if (free >= to) {
        return -1;
      }
      if (!touched.get(free)) {
        return free;
      }
      place = free + 1;
    }
    return -1;
  }

  /** Offers are promises, leases are not broken: a flood of askers never takes the last address. */
  private @Nullable Ipv4 oldestOffer(String mac, long now) {
    for (Map.Entry<String, Offer> each : offers.entrySet()) {
      Ipv4 address = each.getValue().address();
      if (subnet.ranges(address) && !leasedToAnother(address, mac, now)) {
        withdraw(each.getKey());
        return promise(mac, address, now);
      }
    }
    return null;
  }

  private Ipv4 promise(String mac, Ipv4 address, long now) {
    withdraw(mac);
    String other = offered.get(address);
    if (other != null) {
      withdraw(other);
    }
    offers.put(mac, new Offer(address, now + OFFER_MILLISECONDS));
    offered.put(address, mac);
    int place = placeOf(address);
    if (place >= 0) {
      busy.set(place);
    }
    return address;
  }

  /** What was offered to it is for others again. */
  synchronized void withdraw(String mac) {
    Offer offer = offers.remove(mac);
    if (offer == null) {
      return;
    }
    offered.remove(offer.address());
    Known known = leases.get(offer.address());
    if (known == null || known.until <= latest) {
      free(offer.address());
    }
  }

  private void expire(long now) {
    latest = now;
    while (!ends.isEmpty() && ends.peek().until <= now) {
      End end = ends.remove();
      int place = end.place;
      if (queued[place] == end.until) {
        queued[place] = Long.MAX_VALUE;
      }
      Known known = leases.get(at(place));
      if (known != null && known.until > now) {
        enqueue(place, known.until);
      } else {
        free(at(place));
      }
    }
    while (!offers.isEmpty() && offers.firstEntry().getValue().until <= now) {
      withdraw(offers.firstEntry().getKey());
    }
  }

  private void enqueue(int place, long until) {
    if (until < queued[place]) {
      queued[place] = until;
      ends.add(new End(until, place));
    }
  }

  /** The address that this machine has, or had last; null when none is on record. */
  synchronized @Nullable Ipv4 record(String mac) {
    return addresses.get(mac);
  }

  /** Whether it has, or was offered, that address. */
  synchronized boolean isWith(String mac, Ipv4 address) {
    return mac.equals(offered.get(address)) || address.equals(addresses.get(mac));
  }

  /**
   * A row of the table.
   *
   * @param row what it says
   * @param now by the count of milliseconds here
   */
  synchronized void learn(LeaseRow row, long now) {
    Known before = leases.get(row.address());
    if (before != null && before.renewed.isAfter(row.renewed())) {
      return;
    }
    latest = Math.max(latest, now);
    if (before != null && before.mac != null && row.address().equals(addresses.get(before.mac))) {
      addresses.remove(before.mac);
    }
    long until = now + row.remainingMilliseconds();
    leases.put(row.address(), new Known(row.mac(), until, row.renewed()));
    if (row.mac() != null) {
      Ipv4 earlier = addresses.put(row.mac(), row.address());
      if (earlier != null && !earlier.equals(row.address())) {
        leases.put(earlier, new Known(null, now, row.renewed()));
        free(earlier);
      }
      withdraw(row.mac());
    }
    int place = placeOf(row.address());
    if (place < 0) {
      return;
    }
    touched.set(place);
    if (until > now) {
      busy.set(place);
      enqueue(place, until);
    } else {
      free(row.address());
    }
  }

  private void free(Ipv4 address) {
    int place = placeOf(address);
    if (place >= 0 && !offered.containsKey(address) && !forbidden.get(place)) {
      busy.clear(place);
    }
  }

  private Ipv4 at(int place) {
    int range = starts.length - 1;
    while (starts[range] > place) {
      range--;
    }
    return new Ipv4(subnet.ranges().get(range).first().bits() + place - starts[range]);
  }

  private int placeOf(Ipv4 address) {
    for (int range = 0; range < starts.length; range++) {
      AddressRange each = subnet.ranges().get(range);
      if (each.holds(address)) {
        return starts[range] + (address.bits() - each.first().bits());
      }
    }
    return -1;
  }
}
