package dev.ingot.server.nodes.joining;

import dev.ingot.server.nodes.Credential;
import org.jdbi.v3.core.Handle;

/**
 * Whether somebody may come as far as the door, where a broker asks before it lets anybody in: a
 * node's key that is not revoked, or a voucher that is still good. The door itself decides the
 * rest.
 */
public final class Knocking {
  private Knocking() {}

  public static boolean may(Handle handle, Credential credential) {
    byte[] key = Secret.hash(credential.key());
    Credential.Voucher voucher = credential.voucher();
    return handle
        .createQuery(
            """
            SELECT EXISTS (
                SELECT FROM node_key k JOIN node n ON n.id = k.node
                WHERE k.hash = :key AND n.standing <> 'revoked')
              OR (NOT EXISTS (SELECT FROM node_key k WHERE k.hash = :key) AND (
                EXISTS (
                  SELECT FROM enrolment_token t
                  WHERE :kind = 'token' AND t.hash = :voucher AND t.revoked IS NULL
                    AND t.expires > now() AND (t.max_uses IS NULL OR t.uses < t.max_uses))
                OR EXISTS (
                  SELECT FROM boot_ticket t
                  WHERE :kind = 'ticket' AND t.hash = :voucher AND t.used IS NULL
                    AND t.expires > now())))
            """)
        .bind("key", key)
        .bind("voucher", voucher == null ? new byte[0] : Secret.hash(voucher.secret()))
        .bind(
            "kind",
            switch (voucher) {
              case Credential.EnrolmentToken _ -> "token";
              case Credential.BootTicket _ -> "ticket";
              case null -> "";
            })
        .mapTo(Boolean.class)
        .one();
  }

  /** Somebody who may come shows a boot ticket by this account of the broker's. */
  public static void shows(Handle handle, Credential.BootTicket ticket, String account) {
    handle
        .createUpdate(
            """
            UPDATE boot_ticket SET account = :account, account_address = NULL
            WHERE hash = :hash AND account IS DISTINCT FROM :account AND used IS NULL
            """)
        .bind("account", account)
        .bind("hash", Secret.hash(ticket.secret()))
        .execute();
  }

  /** The broker says from which address an account comes. */
  public static void comesFrom(Handle handle, String account, String address) {
    handle
        .createUpdate(
            """
            UPDATE boot_ticket SET account_address = :address
            WHERE account = :account AND account_address IS DISTINCT FROM :address AND used IS NULL
            """)
        .bind("account", account)
        .bind("address", address)
        .execute();
  }
}
