package dev.ingot.server.jobs;

import dev.ingot.core.Json;
import dev.ingot.server.jobs.preprocess.JobPreprocessor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Attributes and documents of nodes, as preprocessors see them. */
final class StoredNodes implements Rendering.NodeFacts {
  @Override
  public Map<String, JobPreprocessor.Node> of(Handle handle, List<String> nodes) {
    Map<String, JobPreprocessor.Node> found = new LinkedHashMap<>();
    handle
        .createQuery(
            """
            SELECT v.id, i.doc,
              json_build_object('id', v.id, 'hostname', v.hostname, 'tags', v.tags,
                'location', json_build_object('site', v.site, 'rack', v.rack, 'unit', v.unit),
                'network', v.network, 'address', v.remote_address) AS attributes
            FROM node_attributes v LEFT JOIN inventory i ON i.node = v.id
            WHERE v.id = ANY(:nodes) ORDER BY v.id
            """)
        .bind("nodes", SqlArray.texts(nodes))
        .map(
            (row, context) -> {
              String document = row.getString("doc");
              return new JobPreprocessor.Node(
                  row.getString("id"),
                  Json.read(row.getString("attributes")),
                  document == null ? null : Json.read(document));
            })
        .forEach(node -> found.put(node.id(), node));
    return found;
  }
}
