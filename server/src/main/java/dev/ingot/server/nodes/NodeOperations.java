package dev.ingot.server.nodes;

import dev.ingot.server.nodes.attributes.Attributes;
import dev.ingot.server.nodes.identity.MergeAndSplit;
import dev.ingot.server.nodes.joining.BootTickets;
import dev.ingot.server.nodes.joining.EnrolmentTokens;
import dev.ingot.server.nodes.joining.KnownMachines;
import dev.ingot.server.nodes.joining.Standings;

/** What people may do about nodes; each joins the caller's transaction. */
public record NodeOperations(
    Attributes attributes,
    Standings standings,
    MergeAndSplit identities,
    EnrolmentTokens tokens,
    BootTickets tickets,
    KnownMachines known) {}
