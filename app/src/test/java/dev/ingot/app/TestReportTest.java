package dev.ingot.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.app.Checkout.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The counts with which {@code ingot test} ends. */
class TestReportTest {
  private static final String MIXED =
      """
      <testsuite name="A" tests="5">
        <testcase name="passes" classname="dev.ingot.core.ATest" time="0.1"/>
        <testcase name="passesLoudly" classname="dev.ingot.core.ATest" time="0.1">
          <system-out><![CDATA[
      <testcase name="printed" classname="x"/>
      <failure message="printed"/>
      ]]></system-out>
        </testcase>
        <testcase name="fails" classname="dev.ingot.core.ATest" time="0.1">
          <failure message="no" type="x"><![CDATA[at x
      <skipped message="printed"/>]]></failure>
        </testcase>
        <testcase name="breaks" classname="dev.ingot.core.ATest"><error type="x">y</error></testcase>
        <testcase name="waits" classname="dev.ingot.core.ATest">
          <skipped message="Assumption failed: &quot;lspci&quot; is not installed"/>
        </testcase>
        <testcase name="rests" classname="dev.ingot.core.ATest">
          <skipped type="x"><![CDATA[org.opentest4j.TestAbortedException: Assumption failed: no disk
      	at dev.ingot.core.ATest]]></skipped>
        </testcase>
      </testsuite>
      """;

  @TempDir Path folder;

  @Test
  void whatFailedAndWhatWasSkippedIsNamedAndCounted() throws Exception {
    Outcome outcome =
        report(MIXED, "<testsuite>\n<testcase name=\"b\" classname=\"B\"/>\n</testsuite>\n");
    assertThat(outcome.output())
        .isEqualTo(
            """
            FAILED  core.ATest.fails
            FAILED  core.ATest.breaks
            skipped core.ATest.waits: "lspci" is not installed
            skipped core.ATest.rests: no disk
            3 passed, 2 failed, 2 skipped
            """);
    assertThat(outcome.status()).isEqualTo(1);
  }

  @Test
  void allPassedIsSuccess() throws Exception {
    Outcome outcome = report("<testsuite>\n<testcase name=\"b\" classname=\"B\"/>\n</testsuite>\n");
    assertThat(outcome.output()).isEqualTo("1 passed, 0 failed, 0 skipped\n");
    assertThat(outcome.status()).isZero();
  }

  @Test
  void noTestsAtAllIsFailure() throws Exception {
    Outcome outcome = report("<testsuite>\n</testsuite>\n");
    assertThat(outcome.output()).isEqualTo("0 passed, 0 failed, 0 skipped\n");
    assertThat(outcome.status()).isEqualTo(1);
  }

  private Outcome report(String... reports) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of("awk", "-f", Repository.root().resolve("launcher/report.awk").toString()));
    for (int i = 0; i < reports.length; i++) {
      command.add(Files.writeString(folder.resolve("TEST-" + i + ".xml"), reports[i]).toString());
    }
    return Checkout.outcome(new ProcessBuilder(command).start());
  }
}
