package dev.ingot.server.boot;

import dev.ingot.server.boot.profiles.BootProfile;
import java.util.List;

/** What a machine gets, and why. */
sealed interface BootVerdict {
  List<String> reasons();

  /** No answer; its firmware goes on to what comes next in its order. */
  record Nothing(List<String> reasons) implements BootVerdict {}

  /** The first file, by TFTP or HTTP: a path under the boot files. */
  record FirstFile(BootProfile profile, String file, boolean http, List<String> reasons)
      implements BootVerdict {}

  /** iPXE runs already: its script. */
  record Script(BootProfile profile, List<String> reasons) implements BootVerdict {}
}
