import dev.ingot.agent.inspect.InspectSettings;
import dev.ingot.agent.inspect.Inspection;
import dev.ingot.agent.inspect.Machine;
import dev.ingot.agent.inspect.Recording;
import dev.ingot.agent.inspect.ToolUnavailable;
import dev.ingot.agent.inspect.UuidCase;
import dev.ingot.agent.watch.LldpWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** What {@code ingot inspect --record} does, for the microkernel, which has no command line. */
public final class Record {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private Record() {}

  public static void main(String[] folders) throws Exception {
    Machine machine = Machine.local(PATIENCE).hearing(Record::frames);
    Recording recording = Recording.into(Path.of(folders[0]));
    Inspection.run(
        machine.recordedBy(recording),
        InspectSettings.toPrint(Path.of(folders[1]), PATIENCE, PATIENCE, UuidCase.UPPER));
    recording.end();
  }

  private static String frames() throws ToolUnavailable {
    try {
      return LldpWatch.listen(Duration.ofSeconds(32), () -> System.nanoTime() / 1_000_000).frames();
    } catch (IOException | InterruptedException e) {
      throw new ToolUnavailable("nobody is heard: " + e.getMessage());
    }
  }
}
