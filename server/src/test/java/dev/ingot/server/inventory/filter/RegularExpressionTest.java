package dev.ingot.server.inventory.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.server.problem.Problem;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RegularExpressionTest {
  @Test
  void whatPostgresqlDoesOtherwiseIsRefused() {
    for (String expression :
        List.of(
            "(a)\\1",
            "(?<n>a)\\k<n>",
            "(?>a)",
            "a++",
            "a**",
            "*a",
            "^*",
            "(?=a)+",
            "(",
            "a)",
            "[",
            "[z-a]",
            "[[:nope:]]",
            "[[.a.]]",
            "\\p{L}",
            "\\Q.\\E",
            "\\K",
            "a{300}",
            "a{3,2}",
            "((a{1,200}){1,200}){1,200}",
            "(?y)a",
            "a(?i)b",
            "\\",
            "[\\W]",
            "[\\x00]",
            "[a-\\x00]",
            "\\x00",
            "\\x{110000}",
            "x".repeat(501))) {
      assertThatThrownBy(() -> RegularExpression.read(expression, "", "f"))
          .as(expression)
          .isInstanceOf(Problem.class);
    }
  }

  @Test
  void whatIsTakenIsWrittenInPostgresqlsWords() {
    assertThat(RegularExpression.read("(?i)^a.b$", "", "f"))
        .isEqualTo(new RegularExpression("^a[^\\n]b(?=\\n?\\Z)", "si"));
    assertThat(RegularExpression.read("(?x) a b # or\n | (?<n> [ #] ) {2} \\ ", "", "f").pattern())
        .isEqualTo("ab|(?:[ \\u0023]){2} ");
    assertThat(RegularExpression.read("[^\\x00-\\x7f]", "", "f").pattern())
        .isEqualTo("[^\\u0001-\\u007f]");
    assertThat(RegularExpression.read("a{,2}", "s", "f").pattern()).isEqualTo("a\\{,2\\}");
    assertThat(RegularExpression.read("[]^-]", "", "f").pattern())
        .isEqualTo("[\\u005d\\u005e\\u002d]");
  }

  @Test
  void anyTextIsEitherTakenOrRefused() {
    Random random = new Random(3);
    String signs = "ab(|)[]{}*+?^$.\\dwsb1,-:=!<>é\n";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(12); j > 0; j--) {
        text.append(signs.charAt(random.nextInt(signs.length())));
      }
      try {
        RegularExpression.read(text.toString(), "", "f");
      } catch (Problem problem) {
        assertThat(problem.kind()).isEqualTo(Problem.Kind.INVALID);
      }
    }
  }
}
