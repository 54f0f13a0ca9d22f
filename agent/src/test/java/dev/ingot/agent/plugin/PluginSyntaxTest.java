package dev.ingot.agent.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is written in a plugin's file; expected values are Python's. */
class PluginSyntaxTest {
  private static Map<String, String> section(String text) throws IniFile.Wrong {
    return IniFile.parse(text).section("x");
  }

  @Test
  void valuesAreThoseOfSafeConfigParser() throws IniFile.Wrong {
    assertThat(
            section(
                """
                # a comment
                ; another
                rem a third
                [DEFAULT]
                where = /opt
                [x]
                Name = facter
                colon: value
                inline = kept ; not kept
                semicolon = a;b
                hash = a # b
                empty = ""
                percent = date +%%s
                reference = %(where)s/bin
                long = one
                  two
                equals = a=b:c
                """))
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("where", "/opt"),
                Map.entry("name", "facter"),
                Map.entry("colon", "value"),
                Map.entry("inline", "kept"),
                Map.entry("semicolon", "a;b"),
                Map.entry("hash", "a # b"),
                Map.entry("empty", ""),
                Map.entry("percent", "date +%s"),
                Map.entry("reference", "/opt/bin"),
                Map.entry("long", "one\ntwo"),
                Map.entry("equals", "a=b:c")));
  }

  @Test
  void aSectionThatIsThereTwiceIsOne() throws IniFile.Wrong {
    assertThat(section("[x]\na=1\nb=2\n[y]\n[x]\na=3\n"))
        .containsEntry("a", "3")
        .containsEntry("b", "2");
  }

  @Test
  void valuesThatReferToThemselvesAreRefused() {
    assertThatThrownBy(() -> section("[x]\na=%(b)s\nb=%(a)s\n")).hasMessageContaining("ten deep");
    assertThatThrownBy(() -> section("[x]\na=%(none)s\n")).hasMessageContaining("none");
    assertThatThrownBy(() -> section("[x]\njust words\n")).hasMessageContaining("line 2");
  }

  @Test
  void wordsAreThoseOfShlex() {
    assertThat(ShellWords.split("ps -ef")).containsExactly("ps", "-ef");
    assertThat(ShellWords.split("sh -c 'echo \"a b\" $HOME'"))
        .containsExactly("sh", "-c", "echo \"a b\" $HOME");
    assertThat(ShellWords.split("a \"b \\\" \\\\ \\n $x\" c\\ d '' e''f"))
        .containsExactly("a", "b \" \\ \\n $x", "c d", "", "ef");
    assertThat(ShellWords.split("  a\tb\nc  ")).containsExactly("a", "b", "c");
    assertThat(ShellWords.split("a | b; c > d & `e`"))
        .containsExactly("a", "|", "b;", "c", ">", "d", "&", "`e`");
    for (String open : List.of("'a", "\"a", "a\\")) {
      assertThatThrownBy(() -> ShellWords.split(open)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void wordsThatAreQuotedAreThemselves() {
    SplittableRandom random = new SplittableRandom(5);
    for (int round = 0; round < 500; round++) {
      StringBuilder text = new StringBuilder();
      random.ints(random.nextInt(20), 0, 8).forEach(i -> text.append(" '\"\\a\n\t$".charAt(i)));
      String word = text.toString();
      assertThat(ShellWords.split("x '" + word.replace("'", "'\\''") + "' y"))
          .containsExactly("x", word, "y");
    }
  }

  @Test
  void schedulesAreDurationsOrCron() {
    assertThat(Schedule.parse("90")).isEqualTo(new Schedule.Every(Duration.ofSeconds(90)));
    assertThat(Schedule.parse("1h30m")).isEqualTo(new Schedule.Every(Duration.ofMinutes(90)));
    assertThat(Schedule.parse("@daily")).isEqualTo(Schedule.parse("0 0 * * *"));
    for (String wrong :
        List.of(
            "",
            "0",
            "often",
            "1y",
            "* * * *",
            "60 * * * *",
            "0 0 31 2 *",
            "*/0 * * * *",
            "1-0 * * * *",
            "a b c d e",
            "400d",
            "-5s")) {
      assertThatThrownBy(() -> Schedule.parse(wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void cronNamesTheNextMinute() {
    for (List<String> row :
        List.of(
            List.of("*/5 * * * *", "2026-01-02T03:04:30", "2026-01-02T03:05"),
            List.of("0 0 * * *", "2026-01-02T00:00:00", "2026-01-03T00:00"),
            List.of("30 4 1,15 * fri", "2026-01-02T03:00:00", "2026-01-02T04:30"),
            List.of("30 4 1,15 * 5", "2026-01-10T03:00:00", "2026-01-15T04:30"),
            List.of("0 9-17/4 * * mon-fri", "2026-01-02T13:00:00", "2026-01-02T17:00"),
            List.of("0 0 29 feb *", "2026-01-02T00:00:00", "2028-02-29T00:00"),
            List.of("0 12 * * 7", "2026-01-02T00:00:00", "2026-01-04T12:00"),
            List.of("59 23 31 12 *", "2026-12-31T23:59:00", "2027-12-31T23:59"))) {
      assertThat(Cron.parse(row.get(0)).after(LocalDateTime.parse(row.get(1))))
          .as(row.get(0))
          .contains(LocalDateTime.parse(row.get(2)));
    }
  }
}
