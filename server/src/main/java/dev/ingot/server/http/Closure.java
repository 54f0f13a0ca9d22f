package dev.ingot.server.http;

import dev.ingot.server.problem.Problem;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** For a while nothing but health is answered, and the reason is told: a backup is restored. */
public final class Closure {
  private final AtomicReference<@Nullable String> reason = new AtomicReference<>();

  /** Why the server is closed, null when it is not. */
  public @Nullable String reason() {
    return reason.get();
  }

  /**
   * Closes the server while something runs.
   *
   * @throws Problem conflict if it is closed already
   */
  void during(String why, Runnable work) {
    if (!reason.compareAndSet(null, why)) {
      throw Problem.conflict("the server is " + reason.get() + " already");
    }
    try {
      work.run();
    } finally {
      reason.set(null);
    }
  }

  void check() {
    String why = reason.get();
    if (why != null) {
      throw Problem.unavailable("the server is " + why, null);
    }
  }
}
