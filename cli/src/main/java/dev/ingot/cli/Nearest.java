package dev.ingot.cli;

import java.util.Collection;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** The word that was most likely meant: the first of those that the parser finds alike. */
final class Nearest {
  private Nearest() {}

  static @Nullable String of(String word, Collection<String> alike) {
    String start = word.isEmpty() ? word : word.substring(0, 1);
    for (String it : alike) {
      if (it.startsWith(start)) {
        return it;
      }
    }
    Iterator<String> first = alike.iterator();
    return first.hasNext() ? first.next() : null;
  }
}
