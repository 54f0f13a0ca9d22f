package dev.ingot.server.nodes.joining;

import org.jdbi.v3.core.Handle;

/** The keys that speak for nodes, as hashes. */
final class Keys {
  /** A node keeps so many: one per installed system; the oldest go when new ones come. */
  private static final int MOST = 16;

  private Keys() {}

  /** Whether the key was a deleted node's. */
  static boolean isRetired(Handle handle, byte[] hash) {
    return handle
        .createQuery("SELECT EXISTS (SELECT FROM retired_key WHERE hash = :hash)")
        .bind("hash", hash)
        .mapTo(Boolean.class)
        .one();
  }

  static void add(Handle handle, byte[] hash, String nodeId, String origin, String voucher) {
    handle
        .createUpdate(
            """
            WITH back AS (DELETE FROM retired_key WHERE hash = :hash),
            old AS (
              DELETE FROM node_key WHERE hash IN (
                SELECT hash FROM node_key WHERE node = :node
                ORDER BY created DESC, hash OFFSET :most - 1))
            INSERT INTO node_key (hash, node, origin, voucher)
            VALUES (:hash, :node, :origin, :voucher)
            """)
        .bind("hash", hash)
        .bind("node", nodeId)
        .bind("origin", origin)
        .bind("voucher", voucher)
        .bind("most", MOST)
        .execute();
  }
}
