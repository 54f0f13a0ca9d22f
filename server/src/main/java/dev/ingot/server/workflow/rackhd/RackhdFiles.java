package dev.ingot.server.workflow.rackhd;

import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.workflow.definition.WorkflowFiles;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.node.ObjectNode;

/** Takes RackHD's files out of a folder: tasks are kept, graphs become workflows. */
public final class RackhdFiles implements WorkflowFiles.Foreign {
  private final Audit audit;

  public RackhdFiles(Audit audit) {
    this.audit = audit;
  }

  @Override
  public WorkflowFiles.Taken take(
      Handle handle, Principal who, Map<String, ObjectNode> files, boolean dryRun) {
    TaskCatalogue tasks = new TaskCatalogue(handle);
    List<WorkflowFiles.Outcome> outcomes = new ArrayList<>();
    Map<String, ObjectNode> graphs = new LinkedHashMap<>();
    Iterator<Map.Entry<String, ObjectNode>> all = files.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<String, ObjectNode> each = all.next();
      ObjectNode json = each.getValue();
      if (!json.has("injectableName")) {
        continue;
      }
      if (json.has("tasks")) {
        graphs.put(each.getKey(), json);
      } else if (json.has("runJob") || json.has("implementsTask")) {
        tasks.add(json);
        outcomes.add(new WorkflowFiles.Outcome(each.getKey(), TaskCatalogue.name(json), 0, "task"));
        all.remove();
      } else {
        throw Problem.invalid(
            "files",
            each.getKey()
                + ": has an injectableName, but neither tasks (a graph) nor implementsTask nor"
                + " runJob (a task)");
      }
    }
    Map<String, ObjectNode> workflows = new LinkedHashMap<>();
    List<String> wrong = new ArrayList<>();
    graphs.forEach(
        (file, graph) ->
            workflows.put(file, new GraphTranslation(graph, tasks, file, wrong).workflow()));
    if (!dryRun && wrong.isEmpty() && !outcomes.isEmpty()) {
      tasks.store(who);
      audit.record(handle, who, "workflow.tasks", "rackhd:tasks", null, null);
    }
    return new WorkflowFiles.Taken(workflows, outcomes, wrong);
  }
}
