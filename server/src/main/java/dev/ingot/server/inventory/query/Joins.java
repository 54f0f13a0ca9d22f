package dev.ingot.server.inventory.query;

/** The tables that conditions and sort keys speak of. */
final class Joins {
  /** What is queryable of a node beside its document; what is not known is not there. */
  private static final String ATTRIBUTES =
      """
       LEFT JOIN LATERAL (SELECT jsonb_strip_nulls(jsonb_build_object('mercury_id', v.id, 'node',
         jsonb_build_object('id', v.id, 'aliases', v.aliases, 'hostname', v.hostname,
           'online', v.online, 'standing', v.standing, 'protected', v.protected, 'tags', v.tags,
           'location', jsonb_build_object('site', v.site, 'rack', v.rack, 'unit', v.unit),
           'network', v.network, 'address', v.remote_address, 'agent_version', v.agent_version,
           'boot_id', v.boot_id, 'class', v.class,
           'last_seen', to_char(v.last_seen AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
           'first_seen', to_char(v.first_seen AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))))
         AS attributes FROM node_attributes v WHERE v.id = n.id) AS a ON true\
      """;

  private Joins() {}

  /** {@code n}, {@code i} and, where a text speaks of it, {@code a}. */
  static String from(String... texts) {
    String from = " FROM node n LEFT JOIN inventory i ON i.node = n.id";
    for (String text : texts) {
      if (text.contains("a.attributes")) {
        return from + ATTRIBUTES;
      }
    }
    return from;
  }
}
