package dev.ingot.netboot.dhcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.netboot.Ipv4;
import dev.ingot.netboot.PacketException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DhcpCodecTest {
  private static final int OPTIONS = 240;

  @Test
  void whatIsWrittenReadsBackTheSame() {
    DhcpMessage message =
        Messages.request(
            Messages.pxe(MessageType.DISCOVER, 7)
                .put(OptionCode.RELAY_AGENT, (byte) 1, (byte) 1, (byte) 9)
                .build(),
            Ipv4.parse("10.1.2.3"),
            Ipv4.parse("10.9.8.7"));
    byte[] packet = DhcpCodec.encode(message);
    assertThat(packet.length).isGreaterThanOrEqualTo(300);
    assertThat(DhcpCodec.decode(packet, packet.length)).isEqualTo(message);
    assertThat(message.mac()).hasToString("52:54:00:12:34:f6");
  }

  @Test
  void theMessageTypeComesFirstAndTheRelaysWordsLast() {
    byte[] packet =
        DhcpCodec.encode(
            Messages.request(
                Messages.pxe(MessageType.DISCOVER, 0)
                    .put(OptionCode.RELAY_AGENT, (byte) 1)
                    .put(250, (byte) 1)
                    .build()));
    assertThat(packet[OPTIONS]).isEqualTo((byte) OptionCode.MESSAGE_TYPE);
    int end = packet.length - 1;
    while (packet[end] == 0) {
      end--;
    }
    assertThat(packet[end - 3] & 0xff).isEqualTo(OptionCode.RELAY_AGENT);
  }

  @Test
  void anOptionInPartsIsJoinedAndALongOneIsSentInParts() {
    byte[] longValue = new byte[700];
    new Random(5).nextBytes(longValue);
    DhcpMessage message =
        Messages.request(
            Messages.pxe(MessageType.DISCOVER, 0)
                .put(OptionCode.VENDOR_SPECIFIC, longValue)
                .build());
    byte[] packet = DhcpCodec.encode(message);
    assertThat(DhcpCodec.decode(packet, packet.length).options().get(OptionCode.VENDOR_SPECIFIC))
        .isEqualTo(longValue);
  }

  @Test
  void optionsInTheFileAndNameFieldsAreRead() {
    byte[] packet =
        DhcpCodec.encode(
            Messages.request(
                DhcpOptions.builder()
                    .put(MessageType.DISCOVER)
                    .put(OptionCode.OVERLOAD, (byte) 3)
                    .build()));
    byte[] inFile = {(byte) OptionCode.HOST_NAME, 2, 'a', 'b', (byte) OptionCode.END};
    byte[] inName = {(byte) OptionCode.DOMAIN_NAME, 1, 'c', (byte) OptionCode.END};
    System.arraycopy(inFile, 0, packet, 108, inFile.length);
    System.arraycopy(inName, 0, packet, 44, inName.length);
    DhcpMessage message = DhcpCodec.decode(packet, packet.length);
    assertThat(message.options().text(OptionCode.HOST_NAME)).isEqualTo("ab");
    assertThat(message.options().text(OptionCode.DOMAIN_NAME)).isEqualTo("c");
    assertThat(message.file()).isEmpty();
  }

  @Test
  void anOptionThatLiesAboutItsLengthIsNamed() {
    byte[] packet =
        DhcpCodec.encode(Messages.request(Messages.pxe(MessageType.DISCOVER, 0).build()));
    packet[OPTIONS + 1] = (byte) 200;
    assertThatThrownBy(() -> DhcpCodec.decode(packet, packet.length))
        .isInstanceOf(PacketException.class)
        .hasMessage("option 53 says 200 bytes where 59 are left");
    assertThatThrownBy(() -> DhcpCodec.decode(packet, 100))
        .hasMessageContaining("at least 240 bytes, this one 100");
  }

  @Test
  void aReplyThatIsTooLongIsRefused() {
    DhcpOptions.Builder options = Messages.pxe(MessageType.DISCOVER, 0);
    for (int code = 200; code < 212; code++) {
      options.put(code, new byte[200]);
    }
    DhcpMessage message = Messages.request(options.build());
    assertThatThrownBy(() -> DhcpCodec.encode(message))
        .isInstanceOf(PacketException.class)
        .hasMessageContaining("do not fit");
  }

  @Test
  void optionsOfAnyCodeReadBackTheSame() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      DhcpOptions.Builder options = DhcpOptions.builder().put(MessageType.DISCOVER);
      int highest = random.nextBoolean() ? 127 : 254;
      for (int count = random.nextInt(20); count > 0; count--) {
        int code = 1 + random.nextInt(highest);
        if (code != OptionCode.OVERLOAD && code != OptionCode.MESSAGE_TYPE) {
          byte[] value = new byte[random.nextInt(50)];
          random.nextBytes(value);
          options.put(code, value);
        }
      }
      DhcpMessage message = Messages.request(options.build());
      byte[] packet = DhcpCodec.encode(message);
      DhcpMessage read = DhcpCodec.decode(packet, packet.length);
      assertThat(read).as("seed %d", seed).isEqualTo(message);
      assertThat(read.options()).hasSameHashCodeAs(message.options());
      assertThat(read.options().codes().toArray())
          .containsExactly(message.options().codes().toArray());
    }
  }

  @Test
  void aMessageMayFillAFrameAndNoMore() {
    DhcpOptions.Builder options = DhcpOptions.builder().put(MessageType.DISCOVER);
    DhcpMessage longest = Messages.request(options.put(200, new byte[1218]).build());
    byte[] packet = DhcpCodec.encode(longest);
    assertThat(packet).hasSize(1472);
    assertThat(DhcpCodec.decode(packet, packet.length)).isEqualTo(longest);
    DhcpMessage longer = Messages.request(options.put(200, new byte[1219]).build());
    assertThatThrownBy(() -> DhcpCodec.encode(longer)).isInstanceOf(PacketException.class);
  }

  /** Seeded: random bytes, and good messages with bytes changed and ends cut. */
  @Test
  void nothingButTheCodecsOwnErrorIsThrown() {
    Random random = new Random(20_260_101);
    byte[] good =
        DhcpCodec.encode(
            Messages.request(
                Messages.pxe(MessageType.REQUEST, 9).put(OptionCode.OVERLOAD, (byte) 3).build()));
    int read = 0;
    for (int round = 0; round < 50_000; round++) {
      byte[] packet = round % 2 == 0 ? good.clone() : new byte[random.nextInt(2000)];
      if (round % 2 == 0) {
        for (int change = random.nextInt(1, 12); change > 0; change--) {
          packet[random.nextInt(packet.length)] = (byte) random.nextInt();
        }
      } else {
        random.nextBytes(packet);
      }
      int length = random.nextInt(packet.length + 1);
      try {
        DhcpMessage message =
            DhcpCodec.decode(packet, random.nextBoolean() ? packet.length : length);
        BootClient.of(message);
        assertThat(message.hardwareAddress().length).isLessThanOrEqualTo(16);
        read++;
      } catch (PacketException refused) {
        assertThat(refused).hasMessageMatching("(?s).+");
      }
    }
    assertThat(read).as("messages that could be read after all").isGreaterThan(1000);
  }
}
