package dev.ingot.server.boot;

import dev.ingot.core.Json;
import dev.ingot.netboot.Ipv4;
import dev.ingot.netboot.tftp.FolderFiles;
import dev.ingot.netboot.tftp.TftpFiles;
import dev.ingot.netboot.tftp.TftpPacket;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Boot files by TFTP: the operator's own first, then what Debian's {@code ipxe} package brings,
 * then what the operator's templates are for the machine that asks, and its script under the names
 * by which iPXE asks for one.
 */
final class BootFiles implements TftpFiles {
  private static final Path DEBIAN_IPXE = Path.of("/usr/lib/ipxe");

  /** The second is what iPXE looks for beside the file that it was loaded from. */
  private static final Set<String> SCRIPTS = Set.of("boot.ipxe", "autoexec.ipxe");

  /** Of a file {@code NAME.mustache} each machine gets its own {@code NAME}. */
  private static final String TEMPLATE = ".mustache";

  private static final int LONGEST_TEMPLATE = 64 << 10;

  private final List<FolderFiles> folders = new ArrayList<>();
  private final List<Path> paths = new ArrayList<>();
  private final Function<Ipv4, String> scripts;
  private final BootTemplates templates;
  private final BootEvidence evidence;

  /**
   * @param scripts the script of the machine that has an address
   * @param own the operator's folder; made when it is not there
   * @param milliseconds a running count that never goes back
   */
  BootFiles(
      Path own,
      Function<Ipv4, String> scripts,
      BootTemplates templates,
      BootEvidence evidence,
      LongSupplier milliseconds)
      throws IOException {
    this.scripts = scripts;
    this.templates = templates;
    this.evidence = evidence;
    Files.createDirectories(own);
    for (Path folder : List.of(own, DEBIAN_IPXE)) {
      if (Files.isDirectory(folder)) {
        folders.add(new FolderFiles(folder, milliseconds));
        paths.add(folder.toRealPath());
      }
    }
  }

  /** Where files are looked for, in this order. */
  List<Path> paths() {
    return List.copyOf(paths);
  }

  /** Of the operator's own folder only: what lies behind it may be hidden by now. */
  @Override
  public @Nullable Bytes known(String name, InetAddress client) {
    return folders.getFirst().known(name, client);
  }

  @Override
  public Content open(String name, InetAddress client) throws IOException, RefusedException {
    for (FolderFiles folder : folders) {
      try {
        return folder.open(name, client);
      } catch (RefusedException notThere) {
        continue;
      }
    }
    if (client instanceof Inet4Address address) {
      Path template = FolderFiles.resolve(paths.getFirst(), name + TEMPLATE);
      if (template != null) {
        return rendered(template, Ipv4.of(address));
      }
    }
    String plain = name.replace('\\', '/').replaceFirst("^/+", "");
    if (SCRIPTS.contains(plain) && client instanceof Inet4Address address) {
      return new Bytes(scripts.apply(Ipv4.of(address)).getBytes(StandardCharsets.UTF_8));
    }
    throw new RefusedException(TftpPacket.Failure.NOT_FOUND, "no such file");
  }

  @SuppressWarnings("UnusedException") // which of its bytes are no text is nothing to a machine
  private Content rendered(Path template, Ipv4 address) throws IOException, RefusedException {
    if (Files.size(template) > LONGEST_TEMPLATE) {
      throw new RefusedException(
          TftpPacket.Failure.NOT_FOUND,
          template.getFileName() + " is longer than " + LONGEST_TEMPLATE + " bytes");
    }
    try {
      String text = Files.readString(template);
      return new Bytes(templates.render(text, address).getBytes(StandardCharsets.UTF_8));
    } catch (MalformedInputException binary) {
      throw new RefusedException(
          TftpPacket.Failure.NOT_FOUND, template.getFileName() + " is no UTF-8 text");
    } catch (BootTemplates.WithheldException withheld) {
      throw new RefusedException(
          TftpPacket.Failure.NOT_FOUND, String.valueOf(withheld.getMessage()));
    }
  }

  /** Writes the evidence, tied to the port that has the address. */
  @Override
  public void ended(Ended transfer) {
    String address = transfer.client().getHostAddress();
    String kind = "file-" + transfer.outcome().name().toLowerCase(Locale.ROOT);
    ObjectNode data = Json.MAPPER.createObjectNode();
    data.put("protocol", "tftp").put("file", transfer.name()).put("address", address);
    data.put("size", transfer.size())
        .put("sent", transfer.sent())
        .put("milliseconds", transfer.milliseconds());
    data.put("reason", transfer.reason());
    String text =
        switch (transfer.outcome()) {
          case SENT ->
              "TFTP sent "
                  + transfer.name()
                  + ", "
                  + transfer.size()
                  + " bytes in "
                  + transfer.milliseconds()
                  + " ms";
          case ABORTED ->
              "TFTP "
                  + transfer.name()
                  + ": the firmware ended it early, as it does when it only asks for the size";
          case REFUSED -> "TFTP " + transfer.name() + " was refused: " + transfer.reason();
          case FAILED -> "TFTP " + transfer.name() + " failed: " + transfer.reason();
        };
    evidence.note(new BootEvidence.Sent(address, kind, text, data, true));
  }
}
