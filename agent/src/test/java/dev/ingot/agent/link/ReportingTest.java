package dev.ingot.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.protocol.FieldClass;
import dev.ingot.protocol.FieldClasses;
import dev.ingot.protocol.Message;
import dev.ingot.protocol.MessageCodec;
import dev.ingot.protocol.Section;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReportingTest {
  private static final Set<String> FRESH = Set.of("port");

  private final Reporting reporting = new Reporting(InstantSource.system(), found(true, Set.of()));

  private static Sections found(boolean carrier, Set<String> fresh) {
    return Sections.of(
        List.of(
            new Section(
                "port",
                Json.MAPPER.createObjectNode().put("name", "eth0").put("carrier", carrier),
                null,
                new FieldClasses(Map.of("carrier", FieldClass.READING)))),
        fresh);
  }

  private @Nullable String told() {
    byte[] report = reporting.next();
    return report == null
        ? null
        : String.valueOf(
            ((Message.Report) MessageCodec.decode(report)).sections().getFirst().content());
  }

  @Test
  void aReadingAloneIsToldOnlyWhereItIsToBeFresh() {
    reporting.begin(reporting.digests());
    reporting.sectionsAre(found(false, Set.of()));
    assertThat(told()).isNull();
    assertThat(reporting.upToDate()).isTrue();

    reporting.sectionsAre(found(false, FRESH));
    assertThat(reporting.upToDate()).isFalse();
    assertThat(told()).isEqualTo("{\"name\":\"eth0\",\"carrier\":false}");
    assertThat(told()).as("it is under way").isNull();
    reporting.acknowledged(1);
    assertThat(reporting.upToDate()).isTrue();
    assertThat(told()).isNull();
  }

  @Test
  void itIsToldAgainWhereTheConnectionEndedAndWhereItIsAnotherMeanwhile() {
    reporting.begin(reporting.digests());
    reporting.sectionsAre(found(false, FRESH));
    assertThat(told()).contains("false");
    reporting.begin(reporting.digests());
    assertThat(told()).contains("false");
    reporting.sectionsAre(found(true, FRESH));
    reporting.acknowledged(2);
    assertThat(told()).contains("true");
    reporting.acknowledged(3);
    assertThat(reporting.upToDate()).isTrue();
  }
}
