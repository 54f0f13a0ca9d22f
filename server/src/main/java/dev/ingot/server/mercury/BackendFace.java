package dev.ingot.server.mercury;

import dev.ingot.server.mercury.Endpoints.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.node.JsonNodeFactory;

/** Mercury's backend service: what agents call. Each call is answered when it is stored. */
final class BackendFace {
  private BackendFace() {}

  static Endpoints endpoints(MercuryAgents agents) {
    return new Endpoints(
        "backend",
        Map.of(
            "register",
            endpoint(
                List.of("device_info", "agent_info"),
                call -> agents.register(call.object("device_info"), call.object("agent_info"))),
            "update",
            endpoint(
                List.of("mercury_id", "update_data"),
                call -> agents.update(call.text("mercury_id"), call.object("update_data"))),
            "update_task",
            endpoint(List.of("update_data"), call -> agents.started(call.object("update_data"))),
            "complete_task",
            endpoint(
                List.of("return_data"), call -> agents.completed(call.object("return_data")))));
  }

  private static Endpoint endpoint(List<String> parameters, Consumer<Arguments> work) {
    return new Endpoint(
        parameters,
        (call, _) -> {
          work.accept(call);
          return JsonNodeFactory.instance.stringNode("accepted");
        });
  }
}
