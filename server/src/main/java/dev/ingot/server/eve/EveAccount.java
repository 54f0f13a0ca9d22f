package dev.ingot.server.eve;

import dev.ingot.server.access.FailedAttempts;
import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one account, by HTTP Basic (RFC 7617). */
final class EveAccount {
  private static final Logger LOG = LoggerFactory.getLogger(EveAccount.class);
  private static final int LONGEST = 1024;

  private final byte[] expected;
  private final Principal principal;
  private final FailedAttempts attempts;

  EveAccount(String user, String password, InstantSource clock) {
    this.expected = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    this.principal = new Principal("eve:" + user, Role.OPERATOR);
    this.attempts = new FailedAttempts(clock);
  }

  /**
   * Who asks.
   *
   * @param address where from, to slow down who guesses
   */
  Principal of(@Nullable String header, String address) {
    Duration waiting = attempts.waiting(address);
    if (waiting != null) {
      throw new EveError(429, "Too many wrong passwords; wait " + waiting.toSeconds() + " s");
    }
    if (header == null) {
      throw new EveError(401, "Please provide proper credentials");
    }
    if (!MessageDigest.isEqual(credentials(header), expected)) {
      if (attempts.failed(address)) {
        LOG.warn("refused a wrong password from {}", address);
      }
      throw new EveError(401, "Please provide proper credentials");
    }
    return principal;
  }

  private static byte[] credentials(String header) {
    String[] parts = header.strip().split(" +", 2);
    if (parts.length == 2 && parts[0].equalsIgnoreCase("Basic") && parts[1].length() < LONGEST) {
      try {
        return Base64.getDecoder().decode(parts[1]);
      } catch (IllegalArgumentException e) {
        return new byte[0]; // no base64: nobody's credentials
      }
    }
    return new byte[0];
  }
}
