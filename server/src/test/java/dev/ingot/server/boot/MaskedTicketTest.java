package dev.ingot.server.boot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MaskedTicketTest {
  @Test
  void theTicketOnAKernelsCommandLineIsNotInItsLog() {
    assertThat(
            SyslogIntake.masked(
                "Command line: quiet ingot.server=http://a ingot.ticket=ingot_abc-DEF_9 x=1"))
        .isEqualTo("Command line: quiet ingot.server=http://a ingot.ticket=*** x=1");
    assertThat(SyslogIntake.masked("args=\"ingot.ticket=abc\""))
        .isEqualTo("args=\"ingot.ticket=***\"");
    assertThat(SyslogIntake.masked("nothing secret")).isEqualTo("nothing secret");
  }
}
