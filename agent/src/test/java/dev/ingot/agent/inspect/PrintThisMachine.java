package dev.ingot.agent.inspect;

import java.nio.file.Path;

/** Prints the machine it runs on, as a person would see it. */
final class PrintThisMachine {
  private PrintThisMachine() {}

  public static void main(String[] arguments) throws InterruptedException {
    InspectionReport report =
        Inspection.run(
            Machine.local(InspectSettings.DEADLINE), new InspectSettings(Path.of(arguments[0])));
    System.out.print(InspectionRendering.table(report));
    System.out.println(report.durations());
    if (arguments.length > 1) {
      System.out.println(InspectionRendering.json(report));
    }
  }
}
