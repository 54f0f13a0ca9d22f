package dev.ingot.server.workflow.run;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Lets whoever has it tell one step of one run that something is done, and nothing else: run, step
 * and a code that only the run's secret makes.
 *
 * @param code what the secret must make of run and step
 */
record CallbackToken(long run, int step, String code) {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,18})-([0-9]{1,3})-([0-9a-f]{40})");
  private static final int BYTES = 20;

  static String of(RunRow run, int step) {
    return run.id() + "-" + step + "-" + code(run, step);
  }

  static Optional<CallbackToken> parse(String text) {
    Matcher read = FORM.matcher(text);
    return read.matches()
        ? Optional.of(
            new CallbackToken(
                Long.parseLong(read.group(1)), Integer.parseInt(read.group(2)), read.group(3)))
        : Optional.empty();
  }

  boolean isOf(RunRow row) {
    return MessageDigest.isEqual(
        code.getBytes(StandardCharsets.US_ASCII),
        code(row, step).getBytes(StandardCharsets.US_ASCII));
  }

  private static String code(RunRow run, int step) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(run.secret(), "HmacSHA256"));
      byte[] made = mac.doFinal((run.id() + "-" + step).getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(made, 0, BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }
}
