package dev.ingot.netboot.tftp;

import dev.ingot.netboot.Ipv4;
import dev.ingot.netboot.socket.OutgoingPackets;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * Who reads: its address and port are the client's half of a transfer's name (RFC 1350 section 4).
 */
record TftpClient(Ipv4 address, int port) {
  /** Both in one number, by which the transfer of a packet is found. */
  static long key(Ipv4 address, int port) {
    return (long) address.bits() << 16 | port;
  }

  long key() {
    return key(address, port);
  }

  InetAddress inetAddress() {
    return address.address();
  }

  void send(OutgoingPackets out, TftpPacket packet) {
    ByteBuffer bytes = TftpCodec.encode(packet);
    out.room(bytes.remaining()).put(bytes);
    out.add(address, port);
  }

  @Override
  public String toString() {
    return address + ":" + port;
  }
}
