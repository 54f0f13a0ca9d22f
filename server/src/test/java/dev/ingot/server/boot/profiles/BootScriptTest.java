package dev.ingot.server.boot.profiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.core.Json;
import dev.ingot.server.problem.Problem;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BootScriptTest {
  private static final Map<String, Object> SCOPE =
      Map.of(
          "boot",
              Map.of(
                  "mac",
                  "52:54:00:12:34:56",
                  "machine",
                  "x86_64",
                  "server",
                  "http://10.0.0.2:8080",
                  "syslog",
                  "10.0.0.2:514",
                  "ticket",
                  "secret"),
          "node", Map.of("hostname", "a;reboot\n${net0/mac}"),
          "profile", Map.of("name", "own"));

  @Test
  void theMicrokernelsScriptNamesItsFilesAndWhatTheAgentNeeds() {
    String script =
        BootScript.render(ShippedProfiles.ALL.getFirst(), "http://10.0.0.2:8081/files/", SCOPE);
    assertThat(script.lines())
        .startsWith("#!ipxe")
        .contains(
            "initrd --name initrd.img"
                + " http://10.0.0.2:8081/files/images/microkernel/x86_64/initrd.img || goto"
                + " failed");
    assertThat(script)
        .contains(
            "kernel http://10.0.0.2:8081/files/images/microkernel/x86_64/vmlinuz initrd=initrd.img")
        .contains("ingot.server=http://10.0.0.2:8080 ingot.ticket=secret");
  }

  @Test
  void aValueNeverBecomesACommand() {
    BootProfile profile =
        profile("{\"kind\": \"script\", \"script\": \"#!ipxe\\necho {{node.hostname}}\\n\"}");
    assertThat(BootScript.render(profile, "", SCOPE)).isEqualTo("#!ipxe\necho arebootnet0/mac\n");
  }

  @Test
  void aNameThatNothingStandsForIsAnError() {
    BootProfile profile =
        profile("{\"kind\": \"kernel\", \"kernel\": \"k\", \"arguments\": \"x={{node.nothing}}\"}");
    assertThatThrownBy(() -> BootScript.render(profile, "", SCOPE))
        .isInstanceOf(BootScript.RenderException.class)
        .hasMessageContaining("nothing stands for node.nothing");
  }

  @Test
  void whatIsNoProfileNamesTheField() {
    Map<String, String> bad =
        Map.ofEntries(
            Map.entry("[]", "body"),
            Map.entry("{}", "kind"),
            Map.entry("{\"kind\": \"x\"}", "kind"),
            Map.entry("{\"kind\": \"kernel\"}", "kernel"),
            Map.entry("{\"kind\": \"disk\", \"script\": \"x\"}", "script"),
            Map.entry("{\"kind\": \"script\", \"script\": \"{{#x}}\"}", "script"),
            Map.entry("{\"kind\": \"script\", \"script\": 1}", "script"),
            Map.entry(
                "{\"kind\": \"kernel\", \"kernel\": \"k\", \"arguments\": \"a\\nb\"}", "arguments"),
            Map.entry("{\"kind\": \"kernel\", \"kernel\": \"k\", \"initrd\": [1]}", "initrd.0"),
            Map.entry("{\"kind\": \"disk\", \"firstFile\": {\"vax\": \"x\"}}", "firstFile.vax"),
            Map.entry("{\"kind\": \"disk\", \"colour\": \"red\"}", "colour"));
    bad.forEach(
        (json, field) ->
            assertThatThrownBy(() -> profile(json))
                .as(json)
                .isInstanceOfSatisfying(
                    Problem.class, problem -> assertThat(problem.field()).isEqualTo(field)));
    assertThatThrownBy(() -> Profiles.parse("Not_A_Name", Json.read("{\"kind\": \"disk\"}")))
        .isInstanceOf(Problem.class);
  }

  @Test
  void whatIsWrittenReadsBackTheSame() {
    for (BootProfile profile : ShippedProfiles.ALL) {
      assertThat(Profiles.parse(profile.name(), Profiles.write(profile))).isEqualTo(profile);
    }
    assertThat(List.of(profile("{\"kind\": \"disk\"}").kind()))
        .containsExactly(BootProfile.Kind.DISK);
  }

  private static BootProfile profile(String json) {
    return Profiles.parse("own", Json.read(json));
  }
}
