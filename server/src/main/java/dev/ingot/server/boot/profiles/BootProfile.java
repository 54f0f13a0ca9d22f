package dev.ingot.server.boot.profiles;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a node gets when it boots from the network.
 *
 * @param name lower case letters, digits and dashes
 * @param kind what it does
 * @param description one sentence for a person
 * @param script for {@link Kind#SCRIPT}: a template of an iPXE script, with or without its first
 *     line
 * @param kernel for {@link Kind#KERNEL}: a URL, or a path under the boot files
 * @param initrd further files that the kernel is loaded with
 * @param arguments a template of the kernel's arguments
 * @param firstFile by architecture ({@code bios}, {@code uefi-x86_64}, …): another first file than
 *     iPXE
 * @param version counts its changes; 0 for a shipped one
 */
public record BootProfile(
    String name,
    Kind kind,
    String description,
    @Nullable String script,
    @Nullable String kernel,
    List<String> initrd,
    String arguments,
    Map<String, String> firstFile,
    long version) {

  /** What a profile does. */
  public enum Kind {
    /** A kernel with its files and arguments. */
    KERNEL,
    /** An iPXE script. */
    SCRIPT,
    /** No answer: the machine boots what its disk holds. */
    DISK,
    /** No answer, whatever it asks. */
    IGNORE
  }

  /** Whether a machine with it is answered at all. */
  public boolean answers() {
    return kind == Kind.KERNEL || kind == Kind.SCRIPT;
  }

  BootProfile withVersion(long other) {
    return new BootProfile(
        name, kind, description, script, kernel, initrd, arguments, firstFile, other);
  }
}
