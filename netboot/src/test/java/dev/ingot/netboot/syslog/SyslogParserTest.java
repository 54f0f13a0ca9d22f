package dev.ingot.netboot.syslog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SyslogParserTest {
  private static final Instant RECEIVED = Instant.parse("2026-01-02T00:00:10Z");

  @Test
  void theModernFormIsReadWhole() {
    SyslogMessage message =
        parse(
            "<165>1 2025-12-31T23:59:58.5+01:00 host-1 app 77 ID47 [a@1 k=\"v \\\"w\\\"\""
                + " e=\"\"][b@1] \uFEFFAn event");
    assertThat(message)
        .isEqualTo(
            new SyslogMessage(
                20,
                5,
                Instant.parse("2025-12-31T22:59:58.5Z"),
                "host-1",
                "app",
                "77",
                "ID47",
                Map.of("a@1", Map.of("k", "v \"w\"", "e", ""), "b@1", Map.of()),
                "An event"));
    assertThat(parse("<0>1 - - - - - - text").text()).isEqualTo("text");
    assertThat(parse("<13>1 - h a p m [broken text").text()).isEqualTo("[broken text");
  }

  @Test
  void theOldFormGetsTheYearThatIsNearest() {
    SyslogMessage message = parse("<34>Dec 31 23:59:59 mymachine su[12]: 'su root' failed");
    assertThat(message.time()).isEqualTo(Instant.parse("2025-12-31T23:59:59Z"));
    assertThat(message.host()).isEqualTo("mymachine");
    assertThat(message.application()).isEqualTo("su");
    assertThat(message.process()).isEqualTo("12");
    assertThat(message.text()).isEqualTo("'su root' failed");
    assertThat(parse("<34>Feb 29 00:00:00 h t: x").time()).as("no leap year is near").isNull();
  }

  @Test
  void whatDevicesMakeOfItIsUnderstood() {
    SyslogMessage cisco =
        parse("<189>45: *Mar  1 2024 18:46:11.123 UTC: %SYS-5-CONFIG_I: Configured from console");
    assertThat(cisco.time()).isEqualTo(Instant.parse("2024-03-01T18:46:11.123Z"));
    assertThat(cisco.application()).isEqualTo("%SYS-5-CONFIG_I");
    assertThat(cisco.host()).isNull();
    assertThat(cisco.text()).isEqualTo("Configured from console");

    SyslogMessage esxi = parse("<166>2026-01-01T10:00:00.123Z esx-1 Hostd: verbose hostd[2099]");
    assertThat(esxi.time()).isEqualTo(Instant.parse("2026-01-01T10:00:00.123Z"));
    assertThat(esxi.host()).isEqualTo("esx-1");
    assertThat(esxi.application()).isEqualTo("Hostd");

    SyslogMessage bare = parse("<30>dnsmasq-dhcp[99]: DHCPACK(eth0) 10.0.0.1");
    assertThat(bare.application()).isEqualTo("dnsmasq-dhcp");
    assertThat(bare.text()).isEqualTo("DHCPACK(eth0) 10.0.0.1");

    SyslogMessage plain = parse("just a line, no header\n\0");
    assertThat(plain.facility()).isEqualTo(1);
    assertThat(plain.severity()).isEqualTo(5);
    assertThat(plain.text()).isEqualTo("just a line, no header");
    assertThat(parse("<999>x").text()).isEqualTo("<999>x");
  }

  @Test
  void textThatIsNoUtf8KeepsItsBytesAsLatin() {
    byte[] bytes = {'<', '1', '3', '>', 'a', (byte) 0xe9};
    assertThat(SyslogParser.parse(bytes, 0, bytes.length, RECEIVED).text()).isEqualTo("a\u00e9");
  }

  /** Seeded: what is remembered of the line before changes nothing. */
  @Test
  void aLineIsReadTheSameWhateverCameBefore() {
    Random random = new Random(1);
    String[] times = {
      "Jan  2 00:00:0",
      "*Jan  2 00:00:0",
      "Jan  2 2024 00:00:0",
      "2024 Jan  2 00:00:0",
      "Jul  4 12:00:0",
      "2026-01-01T10:00:0",
      "45: .Jan  2 00:00:0"
    };
    String[] ends = {
      " ", " UTC ", " GMT: ", ": ", ".123 ", ".5 UTC: ", "", "Z ", ".25Z ", "+01:00 "
    };
    String[] hosts = {"", "UTC ", "host ", "host  ", "ho:st ", "h[1] ", "%x ", "[", "host[ "};
    String[] tags = {
      "su",
      "su[1]",
      "su[]",
      "su[1",
      "su[1]x",
      "su[[1]]",
      "%A-5-B",
      "",
      "su[" + "1".repeat(129) + "]"
    };
    String[] texts = {": x", ":x", " x", "x", "::x", ":", "", "] x", "[2]: x"};
    LastLine last = new LastLine();
    for (int round = 0; round < 200_000; round++) {
      String line =
          "<30>"
              + times[random.nextInt(times.length)]
              + random.nextInt(3)
              + ends[random.nextInt(ends.length)]
              + hosts[random.nextInt(hosts.length)]
              + tags[random.nextInt(tags.length)]
              + texts[random.nextInt(texts.length)];
      byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
      Instant received = RECEIVED.plusSeconds(random.nextInt(4) * 40_000L);
      assertThat(SyslogParser.parse(bytes, 0, bytes.length, received, last))
          .as(line)
          .isEqualTo(SyslogParser.parse(bytes, 0, bytes.length, received));
    }
  }

  @Test
  void internetTimesAreWhatTheLibraryReads() {
    for (String time :
        new String[] {
          "2026-02-28T23:59:59Z", "1969-12-31T23:59:59.999999999Z", "2024-02-29T00:00:00.1Z",
          "2025-02-29T00:00:00Z", "2026-01-01T24:00:00Z", "2026-13-01T00:00:00Z",
          "2026-01-01T00:00:60Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.1234567890Z"
        }) {
      Instant wanted;
      try {
        wanted = java.time.OffsetDateTime.parse(time).toInstant();
      } catch (java.time.DateTimeException none) {
        wanted = null;
      }
      assertThat(parse("<13>1 " + time + " h a - - - x").time()).as(time).isEqualTo(wanted);
    }
  }

  /** Seeded: headers with bytes changed, and noise. */
  @Test
  void nothingIsAnError() {
    Random random = new Random(3164);
    byte[] good =
        "<165>1 2025-12-31T23:59:58.5Z host app 77 ID [a@1 k=\"v\"] text"
            .getBytes(StandardCharsets.UTF_8);
    byte[] old =
        "<34>45: .Dec 31 2025 23:59:59.250 GMT: host su[12]: failed"
            .getBytes(StandardCharsets.UTF_8);
    for (int round = 0; round < 50_000; round++) {
      byte[] bytes = (round % 2 == 0 ? good : old).clone();
      for (int change = random.nextInt(8); change > 0; change--) {
        bytes[random.nextInt(bytes.length)] =
            (byte)
                (random.nextBoolean()
                    ? random.nextInt()
                    : " <>[]\":=\\1-".charAt(random.nextInt(11)));
      }
      SyslogMessage message =
          SyslogParser.parse(bytes, 0, random.nextInt(bytes.length + 1), RECEIVED);
      assertThat(message.facility()).isBetween(0, 23);
      assertThat(message.severity()).isBetween(0, 7);
    }
  }

  private static SyslogMessage parse(String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    return SyslogParser.parse(bytes, 0, bytes.length, RECEIVED);
  }
}
