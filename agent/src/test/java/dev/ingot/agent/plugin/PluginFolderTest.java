package dev.ingot.agent.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginFolderTest {
  private static final String FACTER =
      """
      [facter]
      name = facter
      description = Uses facter to return facts
      command = facter -y
      result_format = yaml
      command_alias = get_facts
      """;

  @TempDir Path folder;

  private Registered read() {
    return new PluginFolder(folder).read();
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private List<String> problems() {
    return read().problems().stream().map(each -> each.file() + ": " + each.detail()).toList();
  }

  @Test
  void aFileOfVogelerIsRead() throws IOException {
    write("facter.cfg", FACTER);
    Plugin facter = read().find("get_facts");
    assertThat(facter).isNotNull().isEqualTo(read().find("facter"));
    assertThat(facter.name()).isEqualTo("facter");
    assertThat(facter.argv()).containsExactly("facter", "-y");
    assertThat(facter.format()).isEqualTo("yaml");
    assertThat(problems()).isEmpty();
  }

  @Test
  void theSamplesAreAllPlugins() {
    Registered samples = new PluginFolder(Path.of("..", "plugins")).read();
    assertThat(samples.problems()).isEmpty();
    assertThat(samples.byName().keySet()).containsExactly("dpkg", "facter", "ohai", "ps", "rpm");
  }

  @Test
  void oneBadFileIsReportedAndHarmsNoOther() throws IOException {
    write("a.cfg", "this is no INI file\n");
    write("b.cfg", FACTER);
    write("c.cfg", "[c]\nname = c\ncommand = \"true\nresult_format = raw\n");
    write("d.cfg", "[d]\nname = d\ncommand = true\nresult_format = broken\n");
    write("e.cfg", "[e]\ncommand = true\nresult_format = raw\n");
    write("f.cfg", "[f]\nname = f\nresult_format = raw\n");
    Files.write(folder.resolve("g.cfg"), new byte[] {'[', (byte) 0xff, ']'});
    write("h.cfg", "[h]\nname = h\ncommand = date +%s\nresult_format = raw\n");
    write("i.cfg", "[i]\nname = a.b\ncommand = true\nresult_format = raw\n");
    write("j.cfg", "[j]\nname = j\ncommand = true\nresult_format = raw\nschedule = often\n");
    write("k.cfg", "[k]\nname = k\ncommand = true\nresult_format = raw\ntimeout = 0\n");
    write("l.cfg", "[l]\nname = l\ncommand = true\nresult_format = raw\nuser = -oops\n");
    write("m.txt", "not looked at");
    write("n.cfg", "x".repeat(70_000));
    Files.createDirectory(folder.resolve("o.cfg"));
    assertThat(read().byName().keySet()).containsExactly("facter");
    assertThat(problems())
        .hasSize(13)
        .anyMatch(text -> text.startsWith("a.cfg: line 1: a [section]"))
        .anyMatch(text -> text.equals("c.cfg: [c] command: a \" that is not closed"))
        .anyMatch(text -> text.startsWith("d.cfg: [d] result_format: one of output, json"))
        .anyMatch(text -> text.equals("e.cfg: [e] name: is missing"))
        .anyMatch(text -> text.equals("f.cfg: [f] command: is missing"))
        .anyMatch(text -> text.equals("g.cfg: is not UTF-8"))
        .anyMatch(text -> text.startsWith("h.cfg: [h] command: a % is written %%"))
        .anyMatch(text -> text.startsWith("i.cfg: [i] name: up to 64 letters"))
        .anyMatch(text -> text.startsWith("j.cfg: [j] schedule: "))
        .anyMatch(text -> text.startsWith("k.cfg: [k] timeout: from 1s to 1d"))
        .anyMatch(text -> text.startsWith("l.cfg: [l] user: "))
        .anyMatch(text -> text.startsWith("n.cfg: is larger than"))
        .anyMatch(text -> text.equals("o.cfg: is no file"));
  }

  @Test
  void ofABadSectionTheOthersOfItsFileAreKept() throws IOException {
    write(
        "all.cfg", FACTER + "[bad]\nname = bad\n[ok]\nname=ok\ncommand=true\nresult_format=raw\n");
    assertThat(read().byName().keySet()).containsExactly("facter", "ok");
    assertThat(problems()).containsExactly("all.cfg: [bad] command: is missing");
  }

  @Test
  void ofTwoOfANameTheLaterCountsAndThatIsSaid() throws IOException {
    write("a.cfg", FACTER);
    write("b.cfg", FACTER.replace("facter -y", "facter -j").replace("yaml", "json"));
    assertThat(read().byName().get("facter").format()).isEqualTo("json");
    assertThat(problems()).containsExactly("b.cfg: facter: replaces the one of a.cfg");
  }

  @Test
  void aNameGoesBeforeAnAlias() throws IOException {
    write("a.cfg", FACTER.replace("get_facts", "ps"));
    write("ps.cfg", "[ps]\nname=ps\ncommand=ps -ef\nresult_format=output\n");
    assertThat(read().find("ps").argv()).containsExactly("ps", "-ef");
    assertThat(problems()).containsExactly("a.cfg: facter: its alias ps means the plugin ps");
  }

  @Test
  void unknownKeysAreSaidAndDoNoHarm() throws IOException {
    write("a.cfg", FACTER + "tiemout = 5\n");
    assertThat(read().byName()).hasSize(1);
    assertThat(problems()).containsExactly("a.cfg: [facter] has unknown keys: tiemout");
  }

  @Test
  void whatEverybodyMayWriteIsNotRun() throws IOException {
    write("a.cfg", FACTER);
    Files.setPosixFilePermissions(
        folder.resolve("a.cfg"), PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThat(read().byName()).isEmpty();
    assertThat(problems()).first().asString().contains("may be written by everybody");
  }

  @Test
  void aFolderThatIsNotThereHasNoPluginsAndNoProblems() {
    assertThat(new PluginFolder(folder.resolve("none")).read()).isEqualTo(Registered.NONE);
  }

  @Test
  void theFingerprintTellsEveryChange() throws IOException {
    PluginFolder watched = new PluginFolder(folder);
    String empty = watched.fingerprint();
    write("a.cfg", FACTER);
    String one = watched.fingerprint();
    Files.writeString(folder.resolve("a.new"), FACTER.replace("yaml", "json"));
    Files.move(folder.resolve("a.new"), folder.resolve("a.cfg"), StandardCopyOption.ATOMIC_MOVE);
    String replaced = watched.fingerprint();
    Files.delete(folder.resolve("a.cfg"));
    assertThat(List.of(one, replaced)).doesNotHaveDuplicates().doesNotContain(empty);
    assertThat(watched.fingerprint()).isEqualTo(empty);
  }
}
