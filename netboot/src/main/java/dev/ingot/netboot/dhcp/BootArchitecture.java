package dev.ingot.netboot.dhcp;

import org.jspecify.annotations.Nullable;

/**
 * What firmware says that it is (option 93; IANA "Processor Architecture Types"). Only the types
 * that a server answers differently.
 */
public enum BootArchitecture {
  BIOS(0, false),
  UEFI_IA32(6, false),
  UEFI_X86_64(7, false),
  /** "EFI byte code": what many x86-64 machines send instead of 7. */
  UEFI_BYTE_CODE(9, false),
  UEFI_ARM32(10, false),
  UEFI_ARM64(11, false),
  UEFI_IA32_HTTP(15, true),
  UEFI_X86_64_HTTP(16, true),
  UEFI_BYTE_CODE_HTTP(17, true),
  UEFI_ARM32_HTTP(18, true),
  UEFI_ARM64_HTTP(19, true);

  private final int code;
  private final boolean http;

  private static final BootArchitecture[] ALL = values();

  BootArchitecture(int code, boolean http) {
    this.code = code;
    this.http = http;
  }

  /** The architecture of that number, or null for one that nobody here has a boot file for. */
  public static @Nullable BootArchitecture of(long code) {
    for (BootArchitecture architecture : ALL) {
      if (architecture.code == code) {
        return architecture;
      }
    }
    return null;
  }

  public int code() {
    return code;
  }

  /** Whether it loads its first file by HTTP (UEFI 2.5 HTTP boot) and not by TFTP. */
  public boolean http() {
    return http;
  }

  public boolean bios() {
    return this == BIOS;
  }
}
