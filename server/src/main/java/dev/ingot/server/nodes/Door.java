package dev.ingot.server.nodes;

import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where agents come in: who is this machine, and may it speak. */
public interface Door {
  /**
   * Recognises the machine, checks its credential, takes its session; commits before it answers.
   */
  Admission admit(Introduction introduction);

  /**
   * Lets those in who can come together, in one transaction, each as if it came alone.
   *
   * @return one answer for each; null for who is to come alone
   */
  default List<@Nullable Admission> admitTogether(List<Introduction> introductions) {
    return Collections.nCopies(introductions.size(), null);
  }
}
