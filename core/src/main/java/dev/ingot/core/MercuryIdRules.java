package dev.ingot.core;

import dev.ingot.core.MercuryId.Derivation;
import dev.ingot.core.MercuryId.Rule;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Mercury's rules in Mercury's order (01, 02, 03, 00), with what makes its ids collide left out:
 * placeholders, MACs that were made up, and hashing less because more could not be read. Inputs are
 * hashed exactly as read, so that an id equals Mercury's.
 */
final class MercuryIdRules {
  /** Mercury takes neither rule 02 nor 03 where one of their four values is this. */
  private static final String PLACEHOLDER = "To Be Filled By O.E.M.";

  private static final Pattern INSTALL_ID = Pattern.compile("[0-9a-f]{40}");

  private final IdentityFacts facts;
  private final JunkIdentifiers junk;
  private final List<String> passedOver = new ArrayList<>();

  MercuryIdRules(IdentityFacts facts, JunkIdentifiers junk) {
    this.facts = facts;
    this.junk = junk;
  }

  Derivation derive() {
    if (unreadable("product_uuid")) {
      return install("product_uuid is there but could not be read (root may)");
    }
    String uuid = facts.productUuid();
    if (uuid != null && !uuid.isBlank() && usable("product_uuid", uuid, junk.isJunkUuid(uuid))) {
      return hashed(Rule.UUID, uuid, "product_uuid " + uuid);
    }
    if (uuid == null || uuid.isBlank()) {
      passedOver.add("there is no product_uuid");
    }
    return tags().or(this::ports).orElseGet(() -> install("nothing trustworthy identifies it"));
  }

  private Optional<Derivation> tags() {
    boolean placeholder =
        Stream.of(
                facts.chassisAssetTag(),
                facts.chassisSerial(),
                facts.boardAssetTag(),
                facts.boardSerial())
            .anyMatch(value -> value != null && PLACEHOLDER.equalsIgnoreCase(value.strip()));
    if (placeholder) {
      passedOver.add("a chassis or board value is '" + PLACEHOLDER + "'");
      return Optional.empty();
    }
    return pair(Rule.CHASSIS, "chassis", facts.chassisAssetTag(), facts.chassisSerial())
        .or(() -> pair(Rule.BOARD, "board", facts.boardAssetTag(), facts.boardSerial()));
  }

  private Optional<Derivation> pair(
      Rule rule, String part, @Nullable String tag, @Nullable String serial) {
    if (!perhaps(part + "_asset_tag", tag) || !perhaps(part + "_serial", serial)) {
      return Optional.empty();
    }
    // Any of the four that cannot be read may be the placeholder, or what this rule hashes.
    List<String> hidden =
        Stream.of("chassis_asset_tag", "chassis_serial", "board_asset_tag", "board_serial")
            .filter(this::unreadable)
            .toList();
    if (!hidden.isEmpty()) {
      return Optional.of(
          install(
              String.join(", ", hidden)
                  + (hidden.size() == 1 ? " is" : " are")
                  + " there but could not be read (root may)"));
    }
    return Optional.of(
        hashed(rule, tag + serial, part + "_asset_tag " + tag + ", " + part + "_serial " + serial));
  }

  /** Whether the value could take part in a hash: readable and good, or there and hidden. */
  private boolean perhaps(String name, @Nullable String value) {
    if (unreadable(name)) {
      return true;
    }
    if (value == null || value.isEmpty()) {
      passedOver.add("there is no " + name);
      return false;
    }
    return usable(name, value, junk.isJunk(value));
  }

  private boolean usable(String name, String value, boolean isJunk) {
    if (isJunk) {
      passedOver.add(
          name + " '" + value.strip() + "' identifies nothing (list " + junk.version() + ")");
      return false;
    }
    if (!StandardCharsets.US_ASCII.newEncoder().canEncode(value)) {
      passedOver.add(name + " is not ASCII");
      return false;
    }
    return true;
  }

  private Optional<Derivation> ports() {
    if (unreadable("ports")) {
      return Optional.of(install("the permanent MAC of a port could not be read"));
    }
    List<IdentityFacts.Port> trusted =
        facts.ports().stream()
            .filter(IdentityFacts.Port::physical)
            .filter(port -> identifies(port.permanentAddress()))
            .toList();
    boolean anyEmbedded = trusted.stream().anyMatch(IdentityFacts.Port::embedded);
    List<String> addresses =
        trusted.stream()
            .filter(port -> port.embedded() || !anyEmbedded)
            .map(port -> String.valueOf(port.permanentAddress()))
            .toList();
    if (addresses.isEmpty()) {
      passedOver.add("no physical port has a permanent, universally administered MAC");
      return Optional.empty();
    }
    String what = anyEmbedded ? "embedded ports " : "ports ";
    return Optional.of(
        hashed(
            Rule.PORTS,
            String.join("", addresses),
            addresses.stream().collect(Collectors.joining(", ", what, ""))));
  }

  private static boolean identifies(@Nullable String address) {
    return address != null && MacAddress.isValid(address) && MacAddress.parse(address).identifies();
  }

  private boolean unreadable(String name) {
    return facts.unreadable().contains(name);
  }

  private Derivation hashed(Rule rule, String input, String from) {
    return new Derivation(new MercuryId(rule.code() + sha1(input)), rule, reason(rule, from));
  }

  private Derivation install(String why) {
    String installId = facts.installId();
    if (installId == null) {
      throw new IllegalArgumentException(
          "this machine has no id: " + why + passedOver() + ", and there is no install id");
    }
    if (!INSTALL_ID.matcher(installId).matches()) {
      throw new IllegalArgumentException("an install id is 40 lowercase hex digits");
    }
    return new Derivation(
        new MercuryId(Rule.INSTALL.code() + installId), Rule.INSTALL, reason(Rule.INSTALL, why));
  }

  private String reason(Rule rule, String from) {
    return rule.source() + ": " + from + passedOver();
  }

  private String passedOver() {
    return passedOver.isEmpty()
        ? ""
        : passedOver.stream().collect(Collectors.joining("; ", " (", ")"));
  }

  private static String sha1(String ascii) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-1").digest(ascii.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }
}
