package dev.ingot.server.boot.lease;

import dev.ingot.netboot.Ipv4;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The port to whoever keeps books of addresses: what is reserved there, and what was given here.
 */
public interface AddressSource {
  /** Nobody keeps books. */
  AddressSource NONE =
      new AddressSource() {
        @Override
        public Book book(Handle handle, Ipv4 prefix, int length) {
          return Book.EMPTY;
        }

        @Override
        public Taken taken(Handle handle, Collection<Given> wanted) {
          return Taken.NOTHING;
        }

        @Override
        public void given(Handle handle, Collection<Given> given) {}

        @Override
        public Reserved reserved(Handle handle, String mac) {
          return Reserved.NOTHING;
        }
      };

  /**
   * What is written of one network.
   *
   * @param pools from which addresses may be given
   * @param held addresses that somebody holds
   */
  record Book(
      @Nullable Ipv4 gateway,
      List<Ipv4> nameServers,
      @Nullable String domain,
      List<AddressRange> pools,
      Map<Ipv4, Holder> held) {
    public static final Book EMPTY = new Book(null, List.of(), null, List.of(), Map.of());
  }

  /**
   * @param mac of the machine that the address is for, null where that is not said
   */
  record Holder(@Nullable String mac, @Nullable String hostName) {}

  /**
   * @param seconds how long from now; 0 when it was given back
   */
  record Given(String network, String mac, Ipv4 address, long seconds) {}

  Book book(Handle handle, Ipv4 prefix, int length);

  /**
   * What the books say of addresses that are about to be given.
   *
   * @param addresses which of them somebody else holds by now
   * @param written whether anybody wants to know what is given: else {@link #given} need not be
   *     called
   */
  record Taken(Set<Ipv4> addresses, boolean written) {
    public static final Taken NOTHING = new Taken(Set.of(), false);
  }

  Taken taken(Handle handle, Collection<Given> wanted);

  /** Writes down, in the caller's transaction, what was given or came back. */
  void given(Handle handle, Collection<Given> given);

  /**
   * The address that is held for a machine and what goes with it, for templates; empty texts for
   * what nobody wrote down.
   *
   * @param prefixLength e.g. {@code 24}
   * @param nameServers with commas between them, which templates leave alone
   */
  record Reserved(
      String address,
      String prefixLength,
      String gateway,
      String vlan,
      String nameServers,
      String domain,
      String hostName) {
    public static final Reserved NOTHING = new Reserved("", "", "", "", "", "", "");
  }

  /** What is held for the machine with that MAC: the lowest address, where there are several. */
  Reserved reserved(Handle handle, String mac);
}
