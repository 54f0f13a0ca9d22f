package dev.ingot.server.nodes.joining;

import dev.ingot.core.Json;
import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Boot tickets: made for one network boot of one port. */
public final class BootTickets {
  /** Used and expired tickets are kept so long, for those who ask what happened. */
  private static final String KEPT = "interval '1 day'";

  /** A ticket that was made now, with its secret, shown this once. */
  public record Made(
      String id,
      String secret,
      String mac,
      String address,
      @Nullable String network,
      Instant expires) {
    @Override
    public String toString() {
      return "Made[" + id + "]";
    }
  }

  private final Audit audit;
  private final RandomGenerator random;

  public BootTickets(Audit audit, RandomGenerator random) {
    this.audit = audit;
    this.random = random;
  }

  /**
   * @param mac lower case with colons
   * @param address as the server will see it, without port
   */
  public Made make(
      Handle handle,
      Principal who,
      String mac,
      String address,
      @Nullable String network,
      Duration lifetime) {
    String id = Secret.makeId(random);
    String secret = Secret.make(random);
    Instant expires =
        handle
            .createQuery(
                """
                WITH old AS (
                  DELETE FROM boot_ticket WHERE id IN (
                    SELECT id FROM boot_ticket WHERE expires < now() - %s LIMIT 100))
                INSERT INTO boot_ticket (id, hash, mac, address, network, created_by, expires)
                VALUES (:id, :hash, :mac, :address, :network, :who,
                        now() + :lifetime * interval '1 millisecond')
                RETURNING expires
                """
                    .formatted(KEPT))
            .bind("id", id)
            .bind("hash", Secret.hash(secret))
            .bind("mac", mac)
            .bind("address", address)
            .bind("network", network)
            .bind("who", who.name())
            .bind("lifetime", lifetime.toMillis())
            .mapTo(OffsetDateTime.class)
            .one()
            .toInstant();
    Map<String, Object> after = new HashMap<>();
    after.put("mac", mac);
    after.put("address", address);
    after.put("network", network);
    audit.record(
        handle,
        who,
        "boot-ticket.create",
        "boot-ticket:" + id,
        null,
        Json.MAPPER.valueToTree(after));
    return new Made(id, secret, mac, address, network, expires);
  }
}
