package dev.ingot.agent.parse;

import java.util.List;
import java.util.Locale;

/** {@code hdparm -I}: what an ATA drive can do, and its security. */
public final class HdparmParser implements OutputParser {
  @Override
  public Parsed parse(String text) throws ParseFailure {
    Notes notes = new Notes();
    Block block = new Block();
    Fields security = new Fields();
    boolean inSecurity = false;
    for (Line line : Line.of(text)) {
      String said = line.text();
      String words = said.replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
      if (line.isBlank()) {
        continue;
      }
      if (words.startsWith("security:")) {
        inSecurity = true;
      } else if (inSecurity && line.indent() == 0) {
        inSecurity = false;
      }
      if (inSecurity) {
        for (String word : List.of("supported", "enabled", "locked", "frozen")) {
          if (words.equals(word)) {
            security.put(word, true);
          } else if (words.equals("not " + word)) {
            security.put(word, false);
          }
        }
        if (words.contains("supported: enhanced erase")) {
          security.put("enhanced_erase", !words.startsWith("not "));
        }
        if (words.contains("for security erase unit")) {
          security.put("erase_minutes", Text.number(words));
        }
      } else if (words.contains("sanitize feature set")
          || words.contains("crypto_scramble_ext")
          || words.contains("overwrite_ext")
          || words.contains("block_erase_ext")) {
        security.put(
            words.contains("sanitize feature")
                ? "sanitize"
                : words.contains("crypto")
                    ? "sanitize_crypto"
                    : words.contains("overwrite") ? "sanitize_overwrite" : "sanitize_block",
            said.startsWith("*"));
      } else {
        block.add(said);
      }
    }
    Fields facts = new Fields();
    String model = block.take("model_number");
    if (model != null || !security.isEmpty()) {
      facts
          .put("model", model)
          .put("serial", block.take("serial_number"))
          .put("firmware", block.take("firmware_revision"))
          .put("transport", block.take("transport"))
          .putUnlessEmpty("security", security.node());
    }
    return notes.result("hdparm", facts);
  }
}
