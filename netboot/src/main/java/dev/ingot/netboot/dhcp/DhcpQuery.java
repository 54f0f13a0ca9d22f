package dev.ingot.netboot.dhcp;

/**
 * One message with where it arrived.
 *
 * @param message from a client: op 1, with a message type
 * @param client what it tells of the machine's firmware
 * @param networkInterface the server's interface that heard it
 * @param bootServerPort whether it came to port 4011, where PXE firmware asks for its file once it
 *     has an address
 */
public record DhcpQuery(
    DhcpMessage message, BootClient client, String networkInterface, boolean bootServerPort) {}
