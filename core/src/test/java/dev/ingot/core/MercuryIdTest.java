package dev.ingot.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.core.IdentityFacts.Port;
import dev.ingot.core.MercuryId.Derivation;
import dev.ingot.core.MercuryId.Rule;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MercuryIdTest {
  private static final String UUID = "37313930-3631-5443-3531-4E5239393532";
  private static final String INSTALL_ID = "5f1c9e0b7a3d42688c0f6be2914d7a50c3b8e6f1";

  // ---- Mercury's own examples: spec/mercury.md section 2

  @Test
  void aSystemUuidGivesMercurysPublishedExample() {
    assertThat(MercuryId.of(facts().uuid(UUID).build()).value())
        .isEqualTo("0110a1628669e487f48b3f8de13bebeafe2933c875");
  }

  @Test
  void aUuidIsHashedInTheCaseItIsGiven() {
    assertThat(MercuryId.of(facts().uuid(UUID.toLowerCase(Locale.ROOT)).build()).value())
        .isEqualTo("013c16030373937262a32e831ff18c941b6481ded8");
  }

  @Test
  void chassisTagAndSerialGiveRule02() {
    assertThat(MercuryId.of(facts().chassis("ASSET1", "SER1").build()).value())
        .isEqualTo("029673ef6a50afd976191bc2d11f4276eedfeba0a5");
  }

  @Test
  void boardTagAndSerialGiveRule03() {
    assertThat(MercuryId.of(facts().board("BTAG", "BSER").build()).value())
        .isEqualTo("0305392e5476c6165ee2c974da026f9142f4924949");
  }

  @Test
  void oneEmbeddedMacGivesRule00() {
    assertThat(MercuryId.of(facts().ports(embedded("38:63:bb:3f:4b:f4")).build()).value())
        .isEqualTo("00bb5644ba1c830a3b9ab9dedcd8f516b2075a7cd6");
  }

  @Test
  void macsAreHashedInTheOrderOfTheKernel() {
    Port first = embedded("38:63:bb:3f:4b:f4");
    Port second = embedded("38:63:bb:3f:4b:f5");
    assertThat(MercuryId.of(facts().ports(first, second).build()).value())
        .isEqualTo("00894b5f77789ec4792c2f4f9a100d614f709434ac");
    assertThat(MercuryId.of(facts().ports(second, first).build()).value())
        .isNotEqualTo("00894b5f77789ec4792c2f4f9a100d614f709434ac");
  }

  // ---- order

  @Test
  void theStrongestRuleThatAppliesDecides() {
    Facts all =
        facts()
            .uuid(UUID)
            .chassis("ASSET1", "SER1")
            .board("BTAG", "BSER")
            .ports(embedded("38:63:bb:3f:4b:f4"));
    assertThat(rule(all)).isEqualTo(Rule.UUID);
    assertThat(rule(all.uuid(null))).isEqualTo(Rule.CHASSIS);
    assertThat(rule(all.chassis(null, "SER1"))).isEqualTo(Rule.BOARD);
    assertThat(rule(all.board("BTAG", ""))).isEqualTo(Rule.PORTS);
    assertThat(rule(all.ports())).isEqualTo(Rule.INSTALL);
  }

  @Test
  void mercurysPlaceholderInAnyOfTheFourSkipsChassisAndBoard() {
    String placeholder = "To Be Filled By O.E.M.";
    Port port = embedded("38:63:bb:3f:4b:f4");
    assertThat(rule(facts().chassis("A", "S1").board("T", placeholder).ports(port)))
        .isEqualTo(Rule.PORTS);
    assertThat(
            rule(facts().chassis(" to be filled by o.e.m. ", "S1").board("T1", "S2").ports(port)))
        .isEqualTo(Rule.PORTS);
  }

  // ---- junk

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00000000-0000-0000-0000-000000000000",
        "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "03000200-0400-0500-0006-000700080009",
        "12345678-1234-5678-90ab-cddeefaabbcc",
        "Not Settable",
        "   "
      })
  void aJunkUuidIdentifiesNothing(String uuid) {
    Derivation derivation = MercuryId.derive(facts().uuid(uuid).chassis("ASSET1", "SER1").build());
    assertThat(derivation.id().value()).isEqualTo("029673ef6a50afd976191bc2d11f4276eedfeba0a5");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Default string",
        " DEFAULT STRING ",
        "Not Specified",
        "System Serial Number",
        "0000",
        "N/A"
      })
  void aJunkSerialLeavesTheNextRuleToDecide(String serial) {
    assertThat(rule(facts().chassis("ASSET1", serial).board("BTAG", "BSER"))).isEqualTo(Rule.BOARD);
    assertThat(rule(facts().chassis(serial, "SER1").board("BTAG", "BSER"))).isEqualTo(Rule.BOARD);
  }

  @Test
  void theReasonSaysWhatWasPassedOverAndByWhichList() {
    Derivation derivation =
        MercuryId.derive(facts().uuid("03000200-0400-0500-0006-000700080009").build());
    assertThat(derivation.rule()).isEqualTo(Rule.INSTALL);
    assertThat(derivation.reason())
        .contains("03000200-0400-0500-0006-000700080009")
        .contains("list " + JunkIdentifiers.standard().version());
  }

  // ---- ports

  @Test
  void onlyPermanentUniversalMacsOfPhysicalPortsCount() {
    Port bridge = new Port("br0", "38:63:bb:00:00:01", "38:63:bb:00:00:01", false, false);
    Port local = new Port("eth0", "02:fc:00:00:00:01", "02:fc:00:00:00:01", true, true);
    Port group = new Port("eth1", "01:00:5e:00:00:01", "01:00:5e:00:00:01", true, true);
    Port zero = new Port("eth2", "00:00:00:00:00:00", "00:00:00:00:00:00", true, true);
    Port unknown = new Port("eth3", "38:63:bb:00:00:02", null, true, true);
    Port infiniband = new Port("ib0", "80:00", "80:00:02:08:fe:80:00:00", true, true);
    assertThat(rule(facts().ports(bridge, local, group, zero, unknown, infiniband)))
        .isEqualTo(Rule.INSTALL);
  }

  @Test
  void thePermanentMacIsHashedNotTheOneInUse() {
    Port renamed = new Port("eth0", "38:63:bb:99:99:99", "38:63:bb:3f:4b:f4", true, true);
    assertThat(MercuryId.of(facts().ports(renamed).build()).value())
        .isEqualTo("00bb5644ba1c830a3b9ab9dedcd8f516b2075a7cd6");
  }

  @Test
  void cardsCountOnlyWhereNoPortIsEmbedded() {
    Port card = new Port("ens1", "38:63:bb:3f:4b:f4", "38:63:bb:3f:4b:f4", false, true);
    Port board = embedded("38:63:bb:3f:4b:f5");
    assertThat(MercuryId.of(facts().ports(card).build()).value())
        .isEqualTo("00bb5644ba1c830a3b9ab9dedcd8f516b2075a7cd6");
    assertThat(MercuryId.of(facts().ports(card, board).build()))
        .isEqualTo(MercuryId.of(facts().ports(board).build()));
  }

  // ---- what cannot be read

  @Test
  void aHiddenUuidNeverFallsToAWeakerRule() {
    Derivation derivation =
        MercuryId.derive(
            facts()
                .chassis("ASSET1", "SER1")
                .ports(embedded("38:63:bb:3f:4b:f4"))
                .hidden("product_uuid")
                .build());
    assertThat(derivation.id().value()).isEqualTo("0f" + INSTALL_ID);
    assertThat(derivation.reason()).contains("product_uuid").contains("could not be read");
  }

  @Test
  void aHiddenSerialThatCouldHaveDecidedIsNotPassedOver() {
    Port port = embedded("38:63:bb:3f:4b:f4");
    assertThat(rule(facts().chassis("ASSET1", null).ports(port).hidden("chassis_serial")))
        .isEqualTo(Rule.INSTALL);
    assertThat(rule(facts().board("BTAG", "BSER").ports(port).hidden("chassis_serial")))
        .as("the hidden value may be Mercury's placeholder")
        .isEqualTo(Rule.INSTALL);
    assertThat(
            rule(
                facts()
                    .chassis("Default string", null)
                    .board("Default string", null)
                    .ports(port)
                    .hidden("chassis_serial", "board_serial")))
        .as("with junk tags the hidden serials can decide nothing")
        .isEqualTo(Rule.PORTS);
  }

  @Test
  void portsOfWhichOneIsUnknownDoNotDecide() {
    Facts facts = facts().ports(embedded("38:63:bb:3f:4b:f4")).hidden("ports");
    assertThat(rule(facts)).isEqualTo(Rule.INSTALL);
    assertThat(rule(facts.board("BTAG", "BSER"))).isEqualTo(Rule.BOARD);
  }

  @Test
  void withoutAnInstallIdAnUnknowableMachineHasNoId() {
    assertThatThrownBy(() -> MercuryId.of(facts().installId(null).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no install id");
    assertThatThrownBy(() -> MercuryId.of(facts().installId("abc").build()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // ---- form

  @Test
  void idsAreReadInAnyCaseAndRefusedInAnyOtherForm() {
    String id = "0110a1628669e487f48b3f8de13bebeafe2933c875";
    assertThat(MercuryId.parse(" " + id.toUpperCase(Locale.ROOT) + "\n").value()).isEqualTo(id);
    assertThat(MercuryId.parse(id).rule()).isEqualTo(Rule.UUID);
    for (String wrong : List.of("", "01", id + "0", id.substring(1), "04" + id.substring(2))) {
      assertThatThrownBy(() -> MercuryId.parse(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is not a node id");
    }
  }

  @Test
  void thePrefixOfAnIdHasAtLeastFourCharacters() {
    String id = "0110a1628669e487f48b3f8de13bebeafe2933c875";
    for (int length = 0; length <= id.length(); length++) {
      String prefix = id.substring(0, length);
      assertThat(MercuryId.prefix(prefix.toUpperCase(Locale.ROOT)).isPresent())
          .as(prefix)
          .isEqualTo(length >= MercuryId.SHORTEST_PREFIX);
    }
    assertThat(MercuryId.prefix("web01")).isEmpty();
    assertThat(MercuryId.prefix(id + "0")).isEmpty();
  }

  // ---- any facts at all

  @Test
  void anyFactsGiveOneWellFormedIdThatDependsOnNothingElse() {
    for (long seed = 0; seed < 3000; seed++) {
      IdentityFacts facts = random(new Random(seed));
      Derivation derivation = MercuryId.derive(facts);
      String seen = "seed " + seed + ": " + facts + " gave " + derivation;
      assertThat(MercuryId.parse(derivation.id().value())).as(seen).isEqualTo(derivation.id());
      assertThat(derivation.id().rule()).as(seen).isEqualTo(derivation.rule());
      assertThat(MercuryId.derive(random(new Random(seed)))).as(seen).isEqualTo(derivation);
      assertThat(derivation.reason()).as(seen).startsWith(derivation.rule().source());
      if (facts.unreadable().contains("product_uuid")) {
        assertThat(derivation.rule()).as(seen).isEqualTo(Rule.INSTALL);
      }
      if (derivation.rule() == Rule.INSTALL) {
        assertThat(derivation.id().value()).as(seen).isEqualTo("0f" + facts.installId());
      }
      if (derivation.rule() == Rule.UUID) {
        assertThat(JunkIdentifiers.standard().isJunkUuid(String.valueOf(facts.productUuid())))
            .as(seen)
            .isFalse();
      }
    }
  }

  private static IdentityFacts random(Random random) {
    List<String> values =
        List.of("Default string", "0000", "TAG", "SER", "To Be Filled By O.E.M.", "", "S\u00e9rie");
    Facts facts = facts().installId(hex(random, 20));
    facts.uuid =
        switch (random.nextInt(4)) {
          case 0 -> null;
          case 1 -> "00000000-0000-0000-0000-000000000000";
          case 2 -> new java.util.UUID(random.nextLong(), random.nextLong()).toString();
          default -> values.get(random.nextInt(values.size()));
        };
    facts.chassis(any(random, values), any(random, values));
    facts.board(any(random, values), any(random, values));
    Port[] ports = new Port[random.nextInt(4)];
    for (int i = 0; i < ports.length; i++) {
      String mac = hex(random, 6).replaceAll("(..)(?=.)", "$1:");
      ports[i] =
          new Port(
              "eth" + i,
              mac,
              random.nextBoolean() ? mac : null,
              random.nextBoolean(),
              random.nextBoolean());
    }
    facts.ports(ports);
    if (random.nextInt(3) == 0) {
      facts.hidden(random.nextBoolean() ? "product_uuid" : "board_serial");
    }
    return facts.build();
  }

  private static @Nullable String any(Random random, List<String> values) {
    return random.nextInt(4) == 0 ? null : values.get(random.nextInt(values.size()));
  }

  private static String hex(Random random, int bytes) {
    byte[] value = new byte[bytes];
    random.nextBytes(value);
    return HexFormat.of().formatHex(value);
  }

  private static Rule rule(Facts facts) {
    return MercuryId.derive(facts.build()).rule();
  }

  private static Port embedded(String mac) {
    return new Port("eno1", mac, mac, true, true);
  }

  private static Facts facts() {
    return new Facts();
  }

  private static final class Facts {
    private @Nullable String uuid;
    private @Nullable String chassisTag;
    private @Nullable String chassisSerial;
    private @Nullable String boardTag;
    private @Nullable String boardSerial;
    private @Nullable String installId = INSTALL_ID;
    private List<Port> ports = List.of();
    private List<String> hidden = List.of();

    Facts uuid(@Nullable String value) {
      uuid = value;
      return this;
    }

    Facts chassis(@Nullable String tag, @Nullable String serial) {
      chassisTag = tag;
      chassisSerial = serial;
      return this;
    }

    Facts board(@Nullable String tag, @Nullable String serial) {
      boardTag = tag;
      boardSerial = serial;
      return this;
    }

    Facts ports(Port... values) {
      ports = List.of(values);
      return this;
    }

    Facts hidden(String... names) {
      hidden = List.of(names);
      return this;
    }

    Facts installId(@Nullable String value) {
      installId = value;
      return this;
    }

    IdentityFacts build() {
      return new IdentityFacts(
          uuid, null, chassisTag, chassisSerial, boardTag, boardSerial, ports, installId, hidden);
    }
  }
}
