package dev.ingot.server.inventory.history;

import dev.ingot.server.inventory.history.Finding.Place;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What it means that a part came, went or moved: the rules of parts. */
final class PartMeaning {
  private PartMeaning() {}

  /**
   * Where else a part with that serial number is or was.
   *
   * @param live whether that machine shows it now
   * @param online whether that machine's agent is connected
   */
  record Elsewhere(Place place, boolean live, boolean online) {}

  /**
   * The meaning; null when there is nothing to say.
   *
   * @param self the machine
   * @param elsewhere other machines that have or had the part, those that have it first
   */
  static @Nullable Finding of(PartChange change, Place self, List<Elsewhere> elsewhere) {
    return switch (change.what()) {
      case SAME -> null;
      case MOVED -> withinMachine(change, self);
      case GONE -> gone(change, self, elsewhere);
      case NEW -> come(change, self, elsewhere);
    };
  }

  /** Firmware numbers the buses anew when a card comes or goes: what it numbers has not moved. */
  private static Finding withinMachine(PartChange change, Place self) {
    Part was = change.part();
    Part now = change.other() == null ? was : change.other();
    boolean renumbered =
        was.kind().equals("pci") || was.kind().equals("port") || was.kind().equals("usb");
    String what =
        now.label()
            + (renumbered ? " was " : " moved from ")
            + was.place()
            + (renumbered ? "" : " to " + now.place());
    return moved(
        renumbered ? Change.INFORMATIONAL : Change.MOVED, what, now, in(self, was), in(self, now));
  }

  /** Lost, unless it is in another machine, was taken out as such parts are, or is only unsaid. */
  private static Finding gone(PartChange change, Place self, List<Elsewhere> elsewhere) {
    Part part = change.part();
    if (change.bySection()) {
      return Finding.of(Change.INFORMATIONAL, part.label() + " is no longer reported", part);
    }
    for (Elsewhere other : elsewhere) {
      if (other.live() && !part.kind().equals("chassis")) {
        String what = part.label() + " moved to " + other.place().words();
        return moved(Change.MOVED, what, part, in(self, part), other.place());
      }
    }
    Part other = change.other();
    String instead = other == null ? "" : ", in its place: " + other.label();
    return Finding.of(
        part.list().missed() ? Change.LOST : Change.INFORMATIONAL,
        part.label() + " is gone" + instead,
        part);
  }

  private static @Nullable Finding come(PartChange change, Place self, List<Elsewhere> elsewhere) {
    Part part = change.part();
    if (!elsewhere.isEmpty() && !part.kind().equals("chassis")) {
      Elsewhere other = elsewhere.getFirst();
      if (!other.live() || !other.online()) {
        String what = part.label() + " moved here from " + other.place().words();
        return moved(Change.MOVED, what, part, other.place(), in(self, part));
      }
      String what =
          part.label()
              + " is new here, and "
              + other.place().words()
              + " has one of this number too";
      return moved(Change.INFORMATIONAL, what, part, other.place(), in(self, part));
    }
    return change.bySection()
        ? null
        : Finding.of(Change.INFORMATIONAL, part.label() + " is new", part);
  }

  private static Place in(Place self, Part part) {
    return new Place(self.node(), self.hostname(), part.place());
  }

  private static Finding moved(Change change, String what, Part part, Place from, Place to) {
    return new Finding(change, Finding.usual(change), what, part.path(), part, from, to);
  }
}
