package dev.ingot.server.ur;

/**
 * Something that an agent is asked to run.
 *
 * @param id of the request, one word of a key
 * @param sent whether it was said, or may have been
 * @param milliseconds since then
 */
record Request(
    String node, long job, int attempt, String id, String body, boolean sent, long milliseconds) {}
