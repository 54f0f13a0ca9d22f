package dev.ingot.server.nodes;

import dev.ingot.core.IdentityFacts;
import org.jspecify.annotations.Nullable;

/**
 * What an agent says when it comes to the door.
 *
 * @param bootId the kernel's boot id ({@code /proc/sys/kernel/random/boot_id})
 * @param sessionNumber grows with every connection that one agent process makes
 * @param hostname the machine's own name for itself
 * @param remoteAddress the address that the server sees, without port
 */
public record Introduction(
    IdentityFacts facts,
    String bootId,
    String agentIncarnation,
    long sessionNumber,
    @Nullable String hostname,
    String agentVersion,
    String remoteAddress,
    Credential credential) {}
