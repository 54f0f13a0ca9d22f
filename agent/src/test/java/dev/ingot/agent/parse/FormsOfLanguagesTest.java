package dev.ingot.agent.parse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** lscpu in languages other than English, and broken where a terminal's lines are full. */
class FormsOfLanguagesTest {
  private static JsonNode lscpu(String text) throws ParseFailure {
    return Parsers.parse("lscpu", text).facts();
  }

  private static final String CHINESE =
      """
      架构：                   aarch64
        CPU 运行模式：         64-bit
        字节序：               Little Endian
      CPU:                     96
        在线 CPU 列表：        0-95
      厂商 ID：                Beispiel
        型号名称：             Chip 9
          型号：               4
          每个核的线程数：     2
          每个座的核数：       24
          座：                 2
          CPU 最大 MHz：       2700.5000
          标记：               fp asimd sve2lo
                               ng crc32
      Caches (sum of all):
        L3:                    64 MiB (2 instances)
      NUMA:
        NUMA 节点：            2
        NUMA 节点1 CPU：       48-95
      """;

  private static final String SPANISH =
      """
      Arquitectura:                        x86_64
      CPU(s):                              96
      Lista de la(s) CPU(s) en línea:      0-95
      Hilo(s) de procesamiento por núcleo: 2
      Núcleo(s) por «socket»:              24
      «Socket(s)»                          2
      Modo(s) NUMA:                        2
      ID de fabricante:                    Beispiel
      Nombre del modelo:                   Chip 9
      Modelo:                              4
      CPU MHz máx.:                        2700,5000
      Caché L3:                            64 MiB (2 instancias)
      CPU(s) del nodo NUMA 1:              48-95
      """;

  private static final String RUSSIAN =
      """
      Архитектура:         x86_64
      CPU(s):              96
      On-line CPU(s) list: 0-95
      Потоков на ядро:     2
      Ядер на сокет:       24
      Сокетов:             2
      NUMA node(s):        2
      ID прроизводителя:   Beispiel
      Имя модели:          Chip 9
      Модель:              4
      CPU max MHz:         2700,5000
      L3 cache:            64 MiB (2 instances)
      NUMA node1 CPU(s):   48-95
      """;

  private static final String JAPANESE =
      """
      アーキテクチャ: x86_64
      CPU:                 96
      オンラインになっている CPU のリスト: 0-95
      コアあたりのスレッド数:2
      ソケットあたりのコア数:24
      ソケット数:          2
      NUMAノード:         2
      ベンダーID:        Beispiel
      モデル名:            Chip 9
      モデル:              4
      CPU 最大 MHz:        2700.5000
      L3 キャッシュ:       64 MiB (2 instances)
      NUMAノード 1 CPU:    48-95
      """;

  private static final String POLISH =
      """
      Architektura:           x86_64
      CPU:                    96
      Lista aktywnych CPU:    0-95
      Wątków na rdzeń:        2
      Rdzeni na gniazdo:      24
      Gniazd:                 2
      Węzłów NUMA:            2
      ID producenta:          Beispiel
      Nazwa modelu:           Chip 9
      Model:                  4
      CPU max MHz:            2700,5000
      Cache L3:               64 MiB (2 instances)
      Procesory węzła NUMA 1: 48-95
      """;

  private static final String PORTUGUESE =
      """
      Arquitetura:                x86_64
      CPU(s):                     96
      Lista de CPU(s) on-line:    0-95
      Thread(s) per núcleo        2
      Núcleo(s) por soquete:      24
      Soquete(s):                 2
      Nó(s) de NUMA:              2
      ID de fornecedor:           Beispiel
      Nome do modelo:             Chip 9
      Modelo:                     4
      CPU MHz máx.:               2700,5000
      cache de L3:                64 MiB (2 instances)
      CPU(s) de nó1 NUMA:         48-95
      """;

  @Test
  void aMachineIsTheSameInEveryLanguage() throws ParseFailure {
    for (String text : List.of(CHINESE, SPANISH, RUSSIAN, JAPANESE, POLISH, PORTUGUESE)) {
      Parsed parsed = Parsers.parse("lscpu", text);
      JsonNode facts = parsed.facts();
      assertThat(parsed.notUnderstood()).as(text).isEmpty();
      assertThat(facts.path("architecture").asString("")).as(text).endsWith("64");
      assertThat(facts.path("vendor").asString("")).as(text).isEqualTo("Beispiel");
      assertThat(facts.path("model_name").asString("")).as(text).isEqualTo("Chip 9");
      assertThat(facts.path("model").asString("")).as(text).isEqualTo("4");
      assertThat(facts.path("online").asString("")).as(text).isEqualTo("0-95");
      Map.of("cpus", 96, "sockets", 2, "cores", 48, "threads", 96, "numa_nodes", 2)
          .forEach((key, value) -> assertThat(facts.path(key).asInt(0)).as(key).isEqualTo(value));
      assertThat(facts.path("max_frequency_hertz").asLong(0)).as(text).isEqualTo(2_700_500_000L);
      assertThat(facts.at("/caches/0/size_bytes").asLong(0)).as(text).isEqualTo(64L << 20);
      assertThat(facts.at("/caches/0/instances").asInt(0)).as(text).isEqualTo(2);
      assertThat(facts.path("numa").toString()).isEqualTo("[{\"node\":1,\"cpus\":\"48-95\"}]");
    }
    assertThat(lscpu(CHINESE).path("flags").toString())
        .isEqualTo("[\"fp\",\"asimd\",\"sve2long\",\"crc32\"]");
  }

  @Test
  void theKindOfVirtualizationIsInEnglishAndAHeadOfNoCatalogueIsNoted() throws ParseFailure {
    Parsed parsed = Parsers.parse("lscpu", "CPU(s):     4\n座：        4\n虚拟化类型：  完全\n未知的头：    7\n");
    assertThat(parsed.facts().path("sockets").asInt()).isEqualTo(4);
    assertThat(parsed.facts().path("virtualization_type").asString("")).isEqualTo("full");
    assertThat(parsed.notUnderstood()).containsExactly("line 4: 未知的头：    7");
  }

  @Test
  void valuesAreBrokenWithinWordsWhereATerminalsLinesAreFull() throws ParseFailure {
    JsonNode facts =
        lscpu(
            """
            CPU(s):              8
              Address sizes:     40 bits physical,
                                  48 bits virtual
              Model name:        Big
                Core(s) per socket: 4
                Socket(s):       1
                Flags:           fp asimd evtstrm as
                                 imdhp cpuid sb paca
                                  pacg
              Model name:        Small
                Core(s) per socket: 4
                Socket(s):       1
                Flags:           fp asimd evtstrm as
                                 imdhp cpuid
            Vulnerabilities:
              Meltdown:          Not affected
              Spectre v2:        Mitigation; IBRS; S
                                 TIBP: disabled
            """);
    assertThat(facts.path("address_sizes").asString(""))
        .isEqualTo("40 bits physical, 48 bits virtual");
    assertThat(facts.path("flags").toString())
        .isEqualTo("[\"fp\",\"asimd\",\"evtstrm\",\"asimdhp\",\"cpuid\",\"sb\",\"paca\",\"pacg\"]");
    assertThat(facts.at("/vulnerabilities/spectre_v2").asString(""))
        .isEqualTo("Mitigation; IBRS; STIBP: disabled");
    assertThat(facts.at("/vulnerabilities/meltdown").asString("")).isEqualTo("Not affected");
    assertThat(facts.has("operating_modes")).isFalse();
    JsonNode trimmed =
        lscpu(
            "CPU(s):   8\nFlags:    fp asimd sha1\n          sha2 asimddp ab\n          c crc32\n");
    assertThat(trimmed.path("flags").toString())
        .as("the first line lost the blank at its end")
        .isEqualTo("[\"fp\",\"asimd\",\"sha1\",\"sha2\",\"asimddp\",\"abc\",\"crc32\"]");
    JsonNode folded =
        lscpu("CPU(s):   8\nFlags:    fp asimd evtstrm\n    aes pmull\n    sha1 sha2 crc32\n");
    assertThat(folded.path("flags").size()).isEqualTo(8);
  }

  @Test
  void whatAKernelCouldNotFindOutIsNoNumber() throws ParseFailure {
    JsonNode facts =
        lscpu(
            "Architecture: amd64\nTotal CPU(s): 8\nVendor: AuthenticAMD\n"
                + "Thread(s) per core: 1\nCore(s) per socket: 8\nSocket(s): 0\n");
    assertThat(facts.path("cpus").asInt()).isEqualTo(8);
    assertThat(facts.path("vendor").asString("")).isEqualTo("AuthenticAMD");
    assertThat(facts.has("sockets")).isFalse();
    assertThat(facts.has("cores")).isFalse();
    JsonNode kinds =
        lscpu(
            "CPU(s): 2\nModel name: -\nModel: A\nThread(s) per core: 0\nCore(s) per socket: 0\n"
                + "Socket(s): 0\nModel name: -\nModel: B\nThread(s) per core: 1\n"
                + "Core(s) per socket: 1\nSocket(s): 1\n");
    assertThat(kinds.has("cores")).isFalse();
    assertThat(kinds.at("/core_types/0").has("sockets")).isFalse();
  }
}
