package dev.ingot.server.boot;

import java.io.IOException;
import java.nio.channels.Selector;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.Scheduler;

/** A port that machines boot from: after a request it looks for the next one before it sleeps. */
class BootConnector extends ServerConnector {
  /**
   * Racks ask at once, and a thread that is woken for each few of them answers a third less; where
   * nobody asks, nothing is looked for.
   */
  private static final long LOOK_NANOS = 50_000;

  BootConnector(Server server, ConnectionFactory... factories) {
    super(server, 1, 1, factories);
  }

  @Override
  protected SelectorManager newSelectorManager(
      Executor executor, Scheduler scheduler, int selectors) {
    return new ServerConnectorManager(executor, scheduler, selectors) {
      @Override
      protected ManagedSelector newSelector(int id) {
        return new LookingSelector(this, id);
      }
    };
  }

  private static final class LookingSelector extends ManagedSelector {
    private boolean busy;

    private LookingSelector(SelectorManager manager, int id) {
      super(manager, id);
    }

    /** Nothing selected means to its caller that it was woken, which a look may have undone. */
    @Override
    protected int nioSelect(Selector selector, boolean now) throws IOException {
      int selected = now || !busy ? super.nioSelect(selector, now) : look(selector);
      busy = selected > 0;
      return selected;
    }

    private static int look(Selector selector) throws IOException {
      long until = System.nanoTime() + LOOK_NANOS;
      int selected = selector.selectNow();
      while (selected == 0 && System.nanoTime() - until < 0) {
        Thread.onSpinWait();
        selected = selector.selectNow();
      }
      return selected;
    }
  }
}
