package dev.ingot.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class FieldClassesTest {
  @Test
  void theLongestPatternThatFitsDecides() {
    FieldClasses classes =
        new FieldClasses(
            Map.of("frequency", FieldClass.READING, "frequency.max", FieldClass.CONFIG));
    assertThat(classes.of("frequency.current")).isEqualTo(FieldClass.READING);
    assertThat(classes.of("frequency.max")).isEqualTo(FieldClass.CONFIG);
    assertThat(classes.of("model_name")).isEqualTo(FieldClass.CONFIG);
  }

  @Test
  void aNamedFieldWinsOverAnyField() {
    FieldClasses classes =
        new FieldClasses(Map.of("*", FieldClass.READING, "MemTotal", FieldClass.CONFIG));
    assertThat(classes.of("MemTotal")).isEqualTo(FieldClass.CONFIG);
    assertThat(classes.of("MemFree")).isEqualTo(FieldClass.READING);
  }
}
