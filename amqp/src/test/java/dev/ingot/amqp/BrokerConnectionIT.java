package dev.ingot.amqp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.ingot.broker.EmbeddedBroker;
import dev.ingot.testkit.DebianRabbit;
import dev.ingot.testkit.FreePort;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds at every broker; the client that sends is the plain one. */
class BrokerConnectionIT {
  private static final int LARGEST = 100_000;

  private final List<String> texts = new CopyOnWriteArrayList<>();
  private final AtomicInteger connects = new AtomicInteger();
  private final AtomicInteger notYet = new AtomicInteger();
  private final Intake intake =
      new Intake(
          "test",
          delivery -> {
            String text = new String(delivery.body(), UTF_8);
            switch (text) {
              case "bad" -> throw new UnreadableMessage("it is bad");
              case "broken" -> throw new IllegalStateException("a defect");
              case "later" -> {
                if (notYet.incrementAndGet() == 1) {
                  throw new NotNow("the database is away", new IOException("away"));
                }
                texts.add(text);
              }
              default -> texts.add(text);
            }
          });

  private final BrokerConnection.User user =
      new BrokerConnection.User() {
        @Override
        public void connected(BrokerSession session) throws IOException {
          Declarations declarations = session.declarations();
          var made = declarations.exchange("test.in", "topic", true, false);
          assertThat(declarations.exchange("test.in", "topic", true, true))
              .isEqualTo(Declarations.Found.THERE);
          declarations.queue("test.queue", true, false);
          declarations.bind("test.queue", "test.in", "a.*");
          if (made == Declarations.Found.MADE) {
            assertThat(declarations.exchange("test.missing", "topic", true, true))
                .isEqualTo(Declarations.Found.MISSING);
          }
          session.consume("test.queue", 10, intake);
          connects.incrementAndGet();
        }

        @Override
        public void lost(String reason) {
          texts.add("lost");
        }
      };

  private BrokerConnection connection(String url) {
    BrokerAddress address = BrokerAddress.of(url, null, null);
    BrokerConnection connection =
        new BrokerConnection(
            new BrokerOptions(address, Trust.MACHINE, "test", Duration.ofSeconds(5), LARGEST),
            user,
            new Random(1));
    connection.start();
    return connection;
  }

  private static void send(String url, byte[]... bodies) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(url.replaceFirst("/$", ""));
    try (Connection connection = factory.newConnection();
        Channel channel = connection.createChannel()) {
      channel.confirmSelect();
      for (byte[] body : bodies) {
        channel.basicPublish("test.in", "a.b", new AMQP.BasicProperties(), body);
      }
      channel.waitForConfirmsOrDie(60_000);
    }
  }

  private static byte[] text(String text) {
    return text.getBytes(UTF_8);
  }

  private void takesWhatItCanAndOutlivesTheRest(String url, int huge) throws Exception {
    send(
        url,
        text("one"),
        text("bad"),
        new byte[LARGEST + 1],
        text("two"),
        text("broken"),
        new byte[huge],
        text("later"),
        text("three"),
        new byte[LARGEST],
        text(""),
        text("four"));
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(texts.stream().filter(text -> text.length() < LARGEST))
                    .contains("one", "two", "later", "three", "", "four"));
    assertThat(intake.unreadable()).isEqualTo(4);
    assertThat(connects).hasValue(1);
    assertThat(texts).doesNotContain("lost");
  }

  @Test
  void noMessageEndsAConsumerAtTheEmbeddedBroker() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(0, "secret");
        BrokerConnection connection = connection(broker.url())) {
      await().atMost(Duration.ofSeconds(20)).until(connection::isUp);
      takesWhatItCanAndOutlivesTheRest(broker.url(), 5 << 20);
    }
  }

  @Test
  void noMessageEndsAConsumerAtRabbitAndItComesBackAfterAnOutage() throws Exception {
    assumeTrue(DebianRabbit.isInstalled(), "Debian's rabbitmq-server is not installed");
    try (DebianRabbit rabbit = DebianRabbit.start(List.of());
        BrokerConnection connection = connection(rabbit.url())) {
      await().atMost(Duration.ofSeconds(20)).until(connection::isUp);
      takesWhatItCanAndOutlivesTheRest(rabbit.url(), 100 << 20);
      rabbit.kill();
      await().atMost(Duration.ofSeconds(20)).until(() -> !connection.isUp());
      assertThat(connection.trouble()).isNotBlank();
      rabbit.startAgain();
      await().atMost(Duration.ofSeconds(60)).until(connection::isUp);
      send(rabbit.url(), text("again"));
      await().atMost(Duration.ofSeconds(20)).until(() -> texts.contains("again"));
      assertThat(texts).contains("lost");
    }
  }

  @Test
  void aWrongPasswordIsSaidAndTriedAgain() {
    try (EmbeddedBroker broker = EmbeddedBroker.start(0, "secret");
        BrokerConnection connection = connection(broker.url().replace("secret", "wrong"))) {
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> String.valueOf(connection.trouble()).contains("refuses user or password"));
      assertThat(connection.isUp()).isFalse();
    }
  }

  private static void openssl(Path folder, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("openssl.log").toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(folder.resolve("openssl.log"))).isZero();
  }

  private static void selfSigned(Path folder, String name, String subject) throws Exception {
    openssl(
        folder,
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-keyout",
        name + ".key",
        "-out",
        name + ".pem",
        "-days",
        "2",
        "-subj",
        "/CN=" + name,
        "-addext",
        "subjectAltName=" + subject);
  }

  private static String pin(Path certificate) throws Exception {
    try (InputStream in = Files.newInputStream(certificate)) {
      byte[] key =
          CertificateFactory.getInstance("X.509")
              .generateCertificate(in)
              .getPublicKey()
              .getEncoded();
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key));
    }
  }

  private static String trying(int port, DebianRabbit rabbit, Trust trust) {
    BrokerAddress address =
        BrokerAddress.of(
            "amqps://ingot:" + rabbit.password() + "@127.0.0.1:" + port + "/", null, null);
    try (OneConnection connection =
        OneConnection.open(
            new BrokerOptions(address, trust, "test", Duration.ofSeconds(5), LARGEST))) {
      return connection.session().isOpen() ? "open" : "closed";
    } catch (BrokerException e) {
      return e.getMessage();
    }
  }

  @Test
  void aBrokerIsTrustedByItsCaAndNameOrByItsPinnedKeyAndByNothingElse(@TempDir Path folder)
      throws Exception {
    assumeTrue(DebianRabbit.isInstalled(), "Debian's rabbitmq-server is not installed");
    selfSigned(folder, "here", "IP:127.0.0.1");
    selfSigned(folder, "elsewhere", "DNS:elsewhere.example");
    int port = FreePort.next();
    Path here = folder.resolve("here.pem");
    Path elsewhere = folder.resolve("elsewhere.pem");
    try (DebianRabbit rabbit =
        DebianRabbit.start(
            List.of(),
            "listeners.ssl.1 = 127.0.0.1:" + port,
            "ssl_options.certfile = " + here,
            "ssl_options.keyfile = " + folder.resolve("here.key"))) {
      assertThat(trying(port, rabbit, new Trust(here, null))).isEqualTo("open");
      assertThat(trying(port, rabbit, new Trust(null, pin(here)))).isEqualTo("open");
      assertThat(trying(port, rabbit, Trust.MACHINE)).contains("amqps://127.0.0.1:" + port);
      assertThat(trying(port, rabbit, new Trust(elsewhere, null))).contains("connect to");
      assertThat(trying(port, rabbit, new Trust(null, pin(elsewhere)))).contains("is pinned");
    }
  }
}
