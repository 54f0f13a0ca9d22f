package dev.ingot.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ingot.client.ClientException;
import dev.ingot.client.ClientSettings;
import dev.ingot.client.IngotClient;
import dev.ingot.postgres.EmbeddedPostgres;
import dev.ingot.testkit.TestFolders;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A machine of QEMU with real firmware, in a network of the test's own: it is switched on, and
 * becomes a node with an inventory. Another program gives it its address.
 */
class NetworkBootIT {
  private static final Duration BOOT = Duration.ofMinutes(4);
  private static final long PID = ProcessHandle.current().pid();
  private static final String SPACE = "ingot-boot-" + PID;
  private static final String CABLE = "ib" + PID % 1_000_000;
  private static final String MAC = "52:54:00:12:34:01";

  private final String subnet = "10.252." + PID % 250;
  private final List<Process> started = new ArrayList<>();
  private Path data;
  private int port;

  @BeforeEach
  void network() throws Exception {
    for (String program :
        List.of(
            "qemu-system-x86_64", "dnsmasq", "busybox", "cpio", "zstd", "apt-get", "modprobe")) {
      assumeTrue(run("which", program) == 0, "boots a machine: needs " + program);
    }
    assumeTrue(
        Files.isReadable(Path.of("/usr/lib/ipxe/undionly.kpxe")),
        "boots a machine: needs Debian's ipxe");
    assumeTrue(
        run("ip", "netns", "add", SPACE) == 0, "makes network namespaces: needs root and ip");
    ip("link", "add", CABLE, "type", "veth", "peer", "name", "cable", "netns", SPACE);
    ip("addr", "add", subnet + ".1/24", "dev", CABLE);
    ip("link", "set", CABLE, "up");
    ip("-n", SPACE, "link", "set", "lo", "up");
    ip("-n", SPACE, "link", "add", "br0", "type", "bridge", "forward_delay", "0");
    ip("-n", SPACE, "link", "set", "cable", "master", "br0", "up");
    ip("-n", SPACE, "addr", "add", subnet + ".2/24", "dev", "br0");
    ip("-n", SPACE, "link", "set", "br0", "up");
    ip("-n", SPACE, "tuntap", "add", "node1", "mode", "tap");
    ip("-n", SPACE, "link", "set", "node1", "master", "br0", "up");
    data = TestFolders.fresh("boot");
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    // Addresses only, and the router advertisement without which old iPXE waits for 16 seconds.
    ip("-n", SPACE, "addr", "add", "fd00::2/64", "dev", "br0", "nodad");
    inSpace(
        "dnsmasq",
        "--conf-file=/dev/null",
        "--no-daemon",
        "--port=0",
        "--interface=br0",
        "--bind-dynamic",
        "--user=root",
        "--no-ping",
        "--pid-file=",
        "--dhcp-leasefile=" + data.resolve("leases"),
        "--dhcp-range=" + subnet + ".100," + subnet + ".150,600",
        "--enable-ra",
        "--dhcp-range=fd00::,ra-only");
  }

  @AfterEach
  void clean() throws Exception {
    for (Process process : started) {
      process.destroyForcibly();
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
    run("ip", "netns", "delete", SPACE); // takes the cable with it
    if (data != null) {
      if (Files.exists(data.resolve("server/postgres"))) {
        EmbeddedPostgres.discard(data.resolve("server/postgres"));
      }
      try (Stream<Path> files = Files.walk(data)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }

  @Test
  void aBiosMachineThatIsSwitchedOnBecomesANodeAndThenBootsItsDisk() throws Exception {
    boot(List.of());
  }

  @Test
  @Tag("long")
  void aUefiMachineThatIsSwitchedOnBecomesANodeAndThenBootsItsDisk() throws Exception {
    Path code = Path.of("/usr/share/OVMF/OVMF_CODE_4M.fd");
    assumeTrue(Files.isReadable(code), "boots a UEFI machine: needs Debian's ovmf");
    Path variables = data.resolve("variables");
    Files.copy(Path.of("/usr/share/OVMF/OVMF_VARS_4M.fd"), variables);
    boot(
        List.of(
            "-drive", "if=pflash,unit=0,format=raw,readonly=on,file=" + code,
            "-drive", "if=pflash,unit=1,format=raw,file=" + variables));
  }

  private void boot(List<String> firmware) throws Exception {
    buildImage();
    try (IngotProcess server =
        new IngotProcess(environment(), "server", "--config", configuration(), "--log", "text")) {
      server.await("ready at", BOOT);
      try (IngotClient client = client()) {
        Process machine = machine(firmware);
        String node = joined(client);
        JsonNode inventory =
            Awaitility.await("its hardware is known")
                .ignoreException(ClientException.class) // none yet
                .atMost(BOOT)
                .until(() -> client.inventory(node), found -> found.toString().contains("SN-4711"));
        assertThat(inventory.toString()).contains(MAC).contains("VD-0815");
        assertThat(history(client)).contains("dhcp-offered", "script-sent", "file-sent");

        client.boot().assign(node, JsonNodeFactory.instance.objectNode().put("profile", "disk"));
        machine.destroyForcibly();
        assertThat(machine.waitFor(10, TimeUnit.SECONDS)).isTrue();
        machine(firmware);
        Awaitility.await("it is left to its disk")
            .atMost(BOOT)
            .untilAsserted(
                () ->
                    assertThat(client.boot().history(MAC).toString())
                        .contains("it boots its own disk"));
      }
    }
  }

  private void buildImage() throws Exception {
    Path dist = Files.createDirectories(data.resolve("dist/lib"));
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      if (Files.isDirectory(path)) {
        String module = path.getParent().getParent().getFileName().toString();
        pack(path, dist.resolve("ingot-" + module + "-test.jar"));
      } else if (Files.exists(path)) {
        Files.copy(
            path,
            dist.resolve(path.getFileName()),
            java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      }
    }
    ProcessBuilder build =
        new ProcessBuilder(
            Repository.root().resolve("microkernel/build.sh").toString(),
            data.resolve("server/boot/images/microkernel/x86_64").toString(),
            dist.getParent().toString(),
            System.getProperty("java.home"));
    build.environment().put("INGOT_ZSTD", "3");
    Path log = data.resolve("build.log");
    Process process = build.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    Files.setPosixFilePermissions(
        data.resolve("server"), PosixFilePermissions.fromString("rwx--x--x"));
  }

  private static void pack(Path folder, Path jar) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> files = Files.walk(folder)) {
      for (Path each : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(folder.relativize(each).toString()));
        Files.copy(each, out);
        out.closeEntry();
      }
    }
  }

  private String configuration() throws IOException {
    Path file = data.resolve("ingot.yaml");
    Files.writeString(
        file, "netboot:\n  networks:\n    lab:\n      network-interface: " + CABLE + "\n");
    return file.toString();
  }

  private Map<String, String> environment() {
    return Map.of(
        "INGOT_DATA_DIR",
        data.resolve("server").toString(),
        "INGOT_HTTP_PORT",
        String.valueOf(port),
        "INGOT_HTTP_HOST",
        subnet + ".1",
        "INGOT_HTTP_INSECURE",
        "true");
  }

  private Process machine(List<String> firmware) throws IOException {
    Path disk = data.resolve("disk");
    try (java.nio.channels.SeekableByteChannel channel =
        Files.newByteChannel(
            disk,
            java.nio.file.StandardOpenOption.CREATE,
            java.nio.file.StandardOpenOption.WRITE)) {
      channel.position((64 << 20) - 1).write(java.nio.ByteBuffer.allocate(1));
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                "qemu-system-x86_64",
                "-nodefaults",
                "-display",
                "none",
                "-machine",
                "q35,graphics=off",
                "-accel",
                "tcg,thread=single",
                "-cpu",
                "max",
                "-m",
                "768",
                "-no-reboot",
                "-serial",
                "file:" + data.resolve("console.log"),
                "-device",
                "virtio-rng-pci",
                "-smbios",
                "type=1,manufacturer=Maker,product=Server,serial=SN-4711",
                "-uuid",
                "00000000-7777-4000-8000-000000000001",
                "-netdev",
                "tap,id=net,ifname=node1,script=no,downscript=no",
                "-device",
                "virtio-net-pci,netdev=net,mac="
                    + MAC
                    + ",bootindex=1"
                    + (firmware.isEmpty() ? "" : ",romfile="),
                "-drive",
                "if=none,id=disk,format=raw,file=" + disk,
                "-device",
                "virtio-blk-pci,drive=disk,serial=VD-0815,bootindex=2"));
    command.addAll(firmware);
    return inSpace(command.toArray(new String[0]));
  }

  private IngotClient client() throws IOException {
    String token = Files.readString(data.resolve("server/admin.token")).strip();
    URI address = URI.create("http://" + subnet + ".1:" + port);
    return new IngotClient(new ClientSettings(address, token, null, Duration.ofSeconds(10)));
  }

  private String joined(IngotClient client) throws IOException {
    try {
      return Awaitility.await("the machine is a node")
          .atMost(BOOT)
          .pollInterval(Duration.ofMillis(500))
          .until(
              () ->
                  client.nodes(Map.of()).items().stream()
                      .map(node -> node.path("id").asString())
                      .findFirst()
                      .orElse(""),
              id -> !id.isEmpty());
    } catch (org.awaitility.core.ConditionTimeoutException never) {
      throw new AssertionError(
          Files.readString(data.resolve("console.log")) + client.boot().history(MAC), never);
    }
  }

  private static List<String> history(IngotClient client) {
    List<String> kinds = new ArrayList<>();
    client
        .boot()
        .history(MAC)
        .path("attempts")
        .forEach(
            attempt ->
                attempt.path("items").forEach(item -> kinds.add(item.path("kind").asString())));
    return kinds;
  }

  private Process inSpace(String... program) throws IOException {
    List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", SPACE));
    command.addAll(List.of(program));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    started.add(process);
    return process;
  }

  private static void ip(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments));
    assertThat(run(command.toArray(new String[0]))).as(command.toString()).isZero();
  }

  private static int run(String... command) throws Exception {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } catch (IOException e) {
      return -1; // there is no such program
    }
  }
}
