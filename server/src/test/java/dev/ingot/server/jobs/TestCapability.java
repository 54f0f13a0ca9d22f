package dev.ingot.server.jobs;

import dev.ingot.agent.capability.Capability;
import dev.ingot.agent.capability.Invocation;
import dev.ingot.agent.capability.Outcome;
import dev.ingot.core.Json;
import dev.ingot.protocol.CapabilitySignature;
import java.util.concurrent.atomic.AtomicInteger;

/** A capability that a test makes up. */
final class TestCapability implements Capability {
  final AtomicInteger calls = new AtomicInteger();
  private final CapabilitySignature signature;
  private final Body body;

  interface Body {
    Outcome call(Invocation invocation) throws InterruptedException;
  }

  TestCapability(String name, Body body) {
    this(name, "{\"type\":\"object\"}", false, false, null, body);
  }

  TestCapability(
      String name,
      String parameters,
      boolean protectedSensitive,
      boolean reboots,
      String unavailable,
      Body body) {
    this.signature =
        new CapabilitySignature(
            name,
            "Does " + name + ".",
            "",
            Json.read(parameters),
            null,
            null,
            20,
            false,
            protectedSensitive,
            reboots,
            unavailable);
    this.body = body;
  }

  @Override
  public CapabilitySignature signature() {
    return signature;
  }

  @Override
  public Outcome call(Invocation invocation) throws InterruptedException {
    calls.incrementAndGet();
    return body.call(invocation);
  }
}
