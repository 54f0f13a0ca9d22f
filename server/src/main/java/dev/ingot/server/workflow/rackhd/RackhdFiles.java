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
import org.jspecify.annotations.Nullable;
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
        String other = other(each.getKey(), json, tasks);
        if (other != null) {
          outcomes.add(
              new WorkflowFiles.Outcome(
                  each.getKey(), TaskSchema.fileName(each.getKey()), 0, other, null));
          all.remove();
        }
        continue;
      }
      if (json.has("tasks")) {
        graphs.put(each.getKey(), json);
      } else if (json.has("runJob") || json.has("implementsTask")) {
        tasks.add(json);
        outcomes.add(
            new WorkflowFiles.Outcome(each.getKey(), TaskCatalogue.name(json), 0, "task", null));
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
    Map<String, List<String>> lacks = new LinkedHashMap<>();
    graphs.forEach(
        (file, graph) -> {
          GraphTranslation translation = new GraphTranslation(graph, tasks, file, wrong);
          workflows.put(file, translation.workflow());
          lacks.put(file, translation.lacks());
        });
    if (!dryRun && wrong.isEmpty() && !tasks.isEmpty()) {
      tasks.store(who);
      audit.record(handle, who, "workflow.tasks", "rackhd:tasks", null, null);
    }
    return new WorkflowFiles.Taken(workflows, outcomes, wrong, lacks);
  }

  /** What else lies beside graphs and tasks: schemas of options, and settings of a SKU pack. */
  private static @Nullable String other(String file, ObjectNode json, TaskCatalogue tasks) {
    if (TaskSchema.isSchema(json)) {
      tasks.addSchema(TaskSchema.fileName(file), json);
      return "schema";
    }
    boolean pack = !json.has("steps") && (json.has("skuConfig") || json.has("workflowRoot"));
    return pack ? "left out (settings of a SKU pack)" : null;
  }
}
