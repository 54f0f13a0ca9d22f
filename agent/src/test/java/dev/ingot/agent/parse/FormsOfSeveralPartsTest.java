package dev.ingot.agent.parse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Machines with several kinds of a part, and outputs that have one part alone. */
class FormsOfSeveralPartsTest {
  private static JsonNode facts(String tool, String text) throws ParseFailure {
    return Parsers.parse(tool, text).facts();
  }

  private static final String KINDS =
      """
      CPU(s):                 6
      Vendor ID:              ARM
        Model name:           Small
          Thread(s) per core: 1
          Core(s) per socket: 4
          Socket(s):          1
          CPU max MHz:        2000.0000
          CPU min MHz:        300.0000
        Model name:           Big
          Thread(s) per core: 1
          Core(s) per socket: 2
          Socket(s):          1
          CPU max MHz:        2800.0000
          CPU min MHz:        500.0000
      """;

  @Test
  void coresOfAllKindsAreCounted() throws ParseFailure {
    JsonNode facts = facts("lscpu", KINDS);

    assertThat(facts.path("cores").asLong()).isEqualTo(6);
    assertThat(facts.path("threads").asLong()).isEqualTo(6);
    assertThat(facts.has("cores_per_socket")).isFalse();
    assertThat(facts.path("max_frequency_hertz").asLong()).isEqualTo(2_800_000_000L);
    assertThat(facts.path("min_frequency_hertz").asLong()).isEqualTo(300_000_000L);
    assertThat(facts.path("core_types").size()).isEqualTo(2);
    assertThat(facts.at("/core_types/1/model_name").asString("")).isEqualTo("Big");
    assertThat(facts.at("/core_types/1/cores").asLong()).isEqualTo(2);
  }

  @Test
  void coresOfAKindThatSaysNoneAreNotGuessed() throws ParseFailure {
    JsonNode unknown = facts("lscpu", KINDS.replace("    Core(s) per socket: 2\n", ""));
    JsonNode two = facts("lscpu", KINDS + KINDS);

    assertThat(unknown.has("cores")).isFalse();
    assertThat(unknown.at("/core_types/0/cores").asLong()).isEqualTo(4);
    assertThat(two.has("core_types")).isFalse();
  }

  @Test
  void kindsStandInNestedJsonToo() throws ParseFailure {
    JsonNode facts =
        facts(
            "lscpu",
            """
            {"lscpu": [{"field": "CPU(s):", "data": "6"},
             {"field": "Vendor ID:", "data": "ARM", "children": [
              {"field": "Model name:", "data": "Small", "children": [
               {"field": "Thread(s) per core:", "data": "1"},
               {"field": "Core(s) per cluster:", "data": "4"},
               {"field": "Socket(s):", "data": "-"}, {"field": "Cluster(s):", "data": "1"}]},
              {"field": "Model name:", "data": "Big", "children": [
               {"field": "Thread(s) per core:", "data": "1"},
               {"field": "Core(s) per cluster:", "data": "2"},
               {"field": "Socket(s):", "data": "-"}, {"field": "Cluster(s):", "data": "1"}]}]}]}
            """);

    assertThat(facts.path("cores").asLong()).isEqualTo(6);
    assertThat(facts.at("/core_types/0/clusters").asLong()).isEqualTo(1);
  }

  @Test
  void aTopologyAloneHasItsArraysAndDrives() throws ParseFailure {
    JsonNode facts =
        facts(
            "perccli",
            """
            CLI Version = 008.1 Jan 1, 2023
            Controller = 0
            Status = Success
            Description = None

            TOPOLOGY :
            ========

            --------------------------------------------------------------------------------
            DG Span Row EID:Slot PID Type  State Status BT       Size PDC  Secured FSpace
            --------------------------------------------------------------------------------
             0 -    -   -        -   RAID1 -     -      N  893.75 GiB dflt N       N
             0 0    -   -        -   RAID1 -     -      N  893.75 GiB dflt N       N
             0 0    0   268:0    257 DRIVE Conf  Online N  893.75 GiB dflt N       -
             0 0    1   268:1    258 DRIVE Conf  Online N  893.75 GiB dflt N       -
             - -    -   268:6    263 DRIVE GHS   Good   -  893.75 GiB -    -       -
            --------------------------------------------------------------------------------
            """);
    JsonNode drives = facts.at("/adapters/0/physical_drives");

    assertThat(facts.at("/counts/arrays").asLong()).isEqualTo(1);
    assertThat(facts.at("/counts/physical_drives").asLong()).isEqualTo(3);
    assertThat(facts.at("/adapters/0/arrays/0/level").asString("")).isEqualTo("RAID1");
    assertThat(drives.path(1).path("slot").asLong()).isEqualTo(1);
    assertThat(drives.path(1).path("array").asString("")).isEqualTo("0");
    assertThat(drives.path(2).path("spare").asString("")).isEqualTo("global");
    assertThat(drives.path(2).has("array")).isFalse();
  }

  @Test
  void firmwareOfLshwHasItsDateAndAnEmptySlotNoSerialNumber() throws ParseFailure {
    JsonNode facts =
        facts(
            "lshw",
            """
              *-firmware
                   description: BIOS
                   vendor: Contoso
                   version: 9.1
                   date: 04/12/2019
              *-memory
                 *-bank:0
                      description: [empty]
                      vendor: NO DIMM
                      serial: NO DIMM
                      slot: A1
            """);

    assertThat(facts.at("/firmware/version").asString("")).isEqualTo("9.1");
    assertThat(facts.at("/firmware/date").asString("")).isEqualTo("04/12/2019");
    assertThat(facts.at("/counts/dimms").asLong()).isZero();
    assertThat(facts.at("/memory/0/slot").asString("")).isEqualTo("A1");
    assertThat(facts.at("/memory/0").has("serial")).isFalse();
  }
}
