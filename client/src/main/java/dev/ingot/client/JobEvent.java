package dev.ingot.client;

import tools.jackson.databind.JsonNode;

/**
 * What is told of a job: {@code job} with the job, {@code task} with a task that changed, {@code
 * output} with bytes that a task wrote, and at last {@code end}.
 */
public record JobEvent(String name, JsonNode json) {}
