package dev.ingot.server.workflow.run;

import dev.ingot.server.events.Outbox;
import dev.ingot.server.workflow.definition.Definitions;
import dev.ingot.server.workflow.step.StepTypes;

/**
 * What moving runs needs.
 *
 * @param server this server's name, for people who ask who acts
 */
record RunParts(
    Definitions definitions, StepTypes types, RunStarter starter, Outbox outbox, String server) {}
