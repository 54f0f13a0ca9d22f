package dev.ingot.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.server.problem.Problem;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class CursorTest {
  @Test
  void aCursorComesBackAsItWentOut() {
    Cursor cursor = Cursor.of("nodes", "01äb\"", 7);
    assertThat(cursor.text()).matches("[A-Za-z0-9_-]+");
    assertThat(Cursor.parse(cursor.text(), "nodes", 2)).isEqualTo(cursor);
    assertThat(Cursor.parse(cursor.text(), "nodes", 2).number(1)).isEqualTo(7);
  }

  @Test
  void aCursorOfAnotherListIsRefused() {
    String text = Cursor.of("tokens", 7).text();
    assertThatThrownBy(() -> Cursor.parse(text, "audit", 1)).isInstanceOf(Problem.class);
    assertThatThrownBy(() -> Cursor.parse(text, "tokens", 2)).isInstanceOf(Problem.class);
    String word = Cursor.of("tokens", "x").text();
    assertThatThrownBy(() -> Cursor.parse(word, "tokens", 1).number(0)).isInstanceOf(Problem.class);
  }

  @Test
  void aDamagedCursorIsAProblemOrAnotherCursorAndNothingElse() {
    Random random = new Random(3);
    String text = Cursor.of("tokens", 123456).text();
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      StringBuilder damaged = new StringBuilder(text);
      damaged.setCharAt(random.nextInt(text.length()), (char) random.nextInt(1, 0x250));
      try {
        Cursor.parse(damaged.toString(), "tokens", 1).number(0);
      } catch (Problem e) {
        assertThat(e.field()).isEqualTo("cursor");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1000);
  }
}
