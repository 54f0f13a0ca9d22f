package dev.ingot.server.ur;

/**
 * An agent of Ur as it is known.
 *
 * @param name what it called itself last
 * @param incarnation another one with each start that it tells
 * @param answers whether it ever answered when it was asked whether it is there
 */
record Known(String name, String node, String bootId, String incarnation, boolean answers) {}
