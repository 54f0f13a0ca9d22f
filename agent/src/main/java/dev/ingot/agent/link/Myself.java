package dev.ingot.agent.link;

import dev.ingot.core.IdentityFacts;
import org.jspecify.annotations.Nullable;

/**
 * What an agent says of itself in every hello.
 *
 * @param bootId the kernel's boot id, {@code /proc/sys/kernel/random/boot_id}
 * @param incarnation random, made at the start of the process
 */
public record Myself(
    String agentVersion,
    IdentityFacts facts,
    String bootId,
    String incarnation,
    @Nullable String hostname) {}
