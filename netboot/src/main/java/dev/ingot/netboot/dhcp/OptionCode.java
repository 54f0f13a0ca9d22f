package dev.ingot.netboot.dhcp;

/** The option codes that booting needs (IANA "BOOTP Vendor Extensions and DHCP Options"). */
public final class OptionCode {
  public static final int PAD = 0;
  public static final int SUBNET_MASK = 1;
  public static final int ROUTER = 3;
  public static final int NAME_SERVER = 6;
  public static final int HOST_NAME = 12;
  public static final int DOMAIN_NAME = 15;
  public static final int BROADCAST_ADDRESS = 28;
  public static final int NTP_SERVER = 42;
  public static final int VENDOR_SPECIFIC = 43;
  public static final int REQUESTED_ADDRESS = 50;
  public static final int LEASE_TIME = 51;
  public static final int OVERLOAD = 52;
  public static final int MESSAGE_TYPE = 53;
  public static final int SERVER_IDENTIFIER = 54;
  public static final int PARAMETER_LIST = 55;
  public static final int MESSAGE = 56;
  public static final int MAXIMUM_MESSAGE_SIZE = 57;
  public static final int RENEWAL_TIME = 58;
  public static final int REBINDING_TIME = 59;
  public static final int VENDOR_CLASS = 60;
  public static final int CLIENT_IDENTIFIER = 61;
  public static final int TFTP_SERVER_NAME = 66;
  public static final int BOOT_FILE_NAME = 67;
  public static final int USER_CLASS = 77;
  public static final int RELAY_AGENT = 82;

  /** RFC 4578 section 2.1; the numbers are {@link BootArchitecture}. */
  public static final int ARCHITECTURE = 93;

  public static final int NETWORK_INTERFACE = 94;

  /** RFC 4578 section 2.3: one byte 0, then the UUID in SMBIOS order. */
  public static final int MACHINE_IDENTIFIER = 97;

  /** iPXE's own encapsulated options; its presence tells that iPXE asks. */
  public static final int IPXE = 175;

  public static final int END = 255;

  private OptionCode() {}
}
