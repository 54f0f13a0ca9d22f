package dev.ingot.server.workflow.step;

import dev.ingot.server.access.Audit;
import dev.ingot.server.boot.profiles.Profiles;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.http.Reach;
import dev.ingot.server.jobs.NodeCalls;
import dev.ingot.server.nodes.attributes.Attributes;
import dev.ingot.server.store.WakeUps;
import dev.ingot.server.workflow.rackhd.RackhdStep;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;

/** Every step type; a new one is a class and a line here. */
public final class ShippedSteps {
  private ShippedSteps() {}

  public static StepTypes all(
      SubRuns runs,
      NodeCalls calls,
      Attributes attributes,
      Outbox outbox,
      Audit audit,
      WakeUps wakeUps,
      PowerControl power,
      HttpClient http,
      Reach targets) {
    List<StepType> types = new ArrayList<>(CallStep.all(calls));
    types.add(new NoopStep());
    types.add(new SleepStep());
    types.add(AssertStep.asserting());
    types.add(AssertStep.deciding());
    types.add(new CompareStep());
    types.add(new WaitAgentStep());
    types.add(new WaitEventStep());
    types.add(new WaitCallbackStep());
    types.add(new WaitLogStep());
    types.add(new TagsStep(attributes));
    types.add(new NotifyStep(outbox));
    types.add(new WorkflowStep(runs));
    types.add(new HttpStep(http, targets));
    types.add(new PowerStep(power));
    types.add(new BootDeviceStep(power));
    Profiles profiles = new Profiles(audit);
    types.add(new NetbootStep(false, profiles, audit, wakeUps, power));
    types.add(new NetbootStep(true, profiles, audit, wakeUps, power));
    types.add(new RackhdStep(List.copyOf(types)));
    return new StepTypes(types);
  }
}
