package dev.ingot.agent.watch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears from the kernel when devices come, go or change (NETLINK_KOBJECT_UEVENT, as udev does) and
 * when ports, addresses and routes do (NETLINK_ROUTE), and says which sections may be others now.
 */
public final class KernelEvents implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KernelEvents.class);
  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW = 3;
  private static final int NETLINK_ROUTE = 0;
  private static final int NETLINK_KOBJECT_UEVENT = 15;
  private static final int BUFFER = 1 << 20;

  /** The kernel's own events; group 2 has those that udev sends on. */
  private static final int UEVENTS = 1;

  /** RTMGRP_LINK, IPV4_IFADDR, IPV4_ROUTE, IPV6_IFADDR, IPV6_ROUTE: linux/rtnetlink.h. */
  private static final int NETWORK = 0x1 | 0x10 | 0x40 | 0x100 | 0x400;

  private final List<KernelSocket> sockets = new ArrayList<>();
  private final Consumer<Set<String>> changed;

  private KernelEvents(Consumer<Set<String>> changed) {
    this.changed = changed;
  }

  /** What a packet says has changed. */
  private interface Reading {
    Set<String> sections(KernelSocket.Received received);
  }

  /**
   * Begins to listen.
   *
   * @param changed told the sections; must not block
   * @throws IOException if the kernel has no such sockets
   */
  public static KernelEvents start(Consumer<Set<String>> changed) throws IOException {
    KernelEvents events = new KernelEvents(changed);
    try {
      events.listen("devices", NETLINK_KOBJECT_UEVENT, UEVENTS, DeviceEvents::sections);
      events.listen("network", NETLINK_ROUTE, NETWORK, NetworkEvents::sections);
      return events;
    } catch (IOException e) {
      events.close();
      throw e;
    }
  }

  private void listen(String name, int protocol, int groups, Reading reading) throws IOException {
    // struct sockaddr_nl: family, 2 bytes of nothing, port (the kernel gives one), groups.
    byte[] address =
        ByteBuffer.allocate(12)
            .order(ByteOrder.nativeOrder())
            .putShort((short) AF_NETLINK)
            .putShort((short) 0)
            .putInt(0)
            .putInt(groups)
            .array();
    KernelSocket socket = KernelSocket.open(AF_NETLINK, SOCK_RAW, protocol, address, BUFFER);
    sockets.add(socket);
    Thread.ofPlatform().daemon().name("agent-events-" + name).start(() -> work(socket, reading));
  }

  private void work(KernelSocket socket, Reading reading) {
    try {
      while (true) {
        KernelSocket.Received received = socket.receive();
        if (received != null && isFromKernel(received)) {
          Set<String> sections = reading.sections(received);
          if (!sections.isEmpty()) {
            changed.accept(sections);
          }
        }
      }
    } catch (ClosedChannelException e) {
      log.debug("closed: ends", e);
    } catch (IOException e) {
      log.warn("the kernel's events are heard no more: {}", e.getMessage());
    }
  }

  /** Anyone may send to a netlink socket; the kernel's port is 0 (netlink(7)). */
  private static boolean isFromKernel(KernelSocket.Received received) {
    return received.lost()
        || (received.address().length >= 8
            && ByteBuffer.wrap(received.address()).order(ByteOrder.nativeOrder()).getInt(4) == 0);
  }

  @Override
  public void close() {
    sockets.forEach(KernelSocket::close);
  }
}
