package dev.ingot.server.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.core.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Expected values are what Python says: {@code json.dumps(ast.literal_eval(text))} and the like.
 */
class ResultFormatTest {
  private static JsonNode value(String format, String text) throws NotAValue {
    return ResultFormat.value(format, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void is(String format, String text, String json) throws NotAValue {
    assertThat(Json.read(Json.write(value(format, text)))).as(text).isEqualTo(Json.read(json));
  }

  private static void isNone(String format, String text, String why) {
    assertThatThrownBy(() -> value(format, text))
        .as(text.substring(0, Math.min(60, text.length())))
        .isInstanceOf(NotAValue.class)
        .hasMessageContaining(why);
  }

  @Test
  void outputIsLinesEachStrippedWithTheEmptyOneAtTheEnd() throws NotAValue {
    is("output", "bash-4.1-1\n  b \r\n\nlast\n", "[\"bash-4.1-1\",\"b\",\"\",\"last\",\"\"]");
    is("output", "", "[\"\"]");
  }

  @Test
  void textStaysAsItIsButForWhatNoDatabaseHolds() throws NotAValue {
    is("raw", " a\n", "\" a\\n\"");
    is("string", " a\n", "\" a\\n\"");
    is("raw", "a\0b", "\"a\ufffdb\"");
    assertThat(ResultFormat.value("raw", new byte[] {'a', (byte) 0xff}))
        .isEqualTo(Json.read("\"a\ufffd\""));
  }

  @Test
  void jsonIsStrict() throws NotAValue {
    is("json", "{\"a\": [1, 2.50, null]}", "{\"a\": [1, 2.50, null]}");
    for (String wrong : List.of("", "{", "{} {}", "{\"a\":1,\"a\":2}", "NaN", "{'a':1}")) {
      isNone("json", wrong, "not JSON");
    }
    isNone("json", "[".repeat(200) + "]".repeat(200), "not JSON");
    isNone("json", "1e999999", "out of range");
    assertThatThrownBy(() -> ResultFormat.value("json", new byte[] {'"', (byte) 0xff, '"'}))
        .hasMessage("not UTF-8");
  }

  @Test
  void yamlIsReadAsTheCoreSchema() throws NotAValue {
    is(
        "yaml",
        "--- \narchitecture: x86_64\nuptime: \"2 days\"\nisvirtual: false\ncount: 4\nload: 0.5\n"
            + "no: no\nmac: 00:11:22:33:44:55\nempty:\nhex: 0x1f\nlist:\n- a\n- b: c\n",
        "{\"architecture\":\"x86_64\",\"uptime\":\"2 days\",\"isvirtual\":false,\"count\":4,"
            + "\"load\":0.5,\"no\":\"no\",\"mac\":\"00:11:22:33:44:55\",\"empty\":null,\"hex\":31,"
            + "\"list\":[\"a\",{\"b\":\"c\"}]}");
    is(
        "yaml",
        "a: &x {b: 1}\nc: *x\nd: {<<: *x, e: 2}\n",
        "{\"a\":{\"b\":1},\"c\":{\"b\":1},\"d\":{\"e\":2,\"b\":1}}");
    is("yaml", "", "null");
    is("yaml", "!!str 5", "\"5\"");
    is("yaml", "1: a\ntrue: b", "{\"1\":\"a\",\"true\":\"b\"}");
  }

  @Test
  void yamlMakesNoObjectsAndNoBombs() {
    isNone("yaml", "!!python/object/apply:os.system ['touch /tmp/x']", "the tag");
    isNone("yaml", "a: !ruby/object:Gem::Requirement {}", "the tag");
    isNone("yaml", "!!javax.script.ScriptEngineManager [x]", "the tag");
    StringBuilder bomb = new StringBuilder("a: &a [x,x,x,x,x,x,x,x,x,x]\n");
    for (char c = 'b'; c < 'k'; c++) {
      bomb.append("%c: &%c [".formatted(c, c)).append("*%c,".formatted(c - 1).repeat(9));
      bomb.append("*%c]\n".formatted(c - 1));
    }
    isNone("yaml", bomb.toString(), "aliases come to more than");
    StringBuilder deep = new StringBuilder("a0: &a0 []\n");
    for (int i = 1; i < 5000; i++) {
      deep.append("a%d: &a%d [*a%d]\n".formatted(i, i, i - 1));
    }
    isNone("yaml", deep.toString(), "nested deeper");
    isNone("yaml", "&a [*a]", "not there yet");
    isNone("yaml", "[".repeat(5000), "YAML");
    isNone("yaml", "a: 1\na: 2", "twice");
    isNone("yaml", "a: [", "not YAML: line");
    isNone("yaml", "a\n---\nb", "a second document");
    isNone("yaml", "[a, b]: c", "a key of several values");
  }

  @Test
  void literalsOfPythonAreReadAndNothingIsEvaluated() throws NotAValue {
    is(
        "pylist",
        "['a', \"b\", u'c', r'\\d', b'e', 'f' 'g', '''h\ni''']",
        "[\"a\",\"b\",\"c\",\"\\\\d\",\"e\",\"fg\",\"h\\ni\"]");
    is(
        "pylist",
        "['\\n\\t\\\\\\'\\x41\\u00e9\\U0001F600\\N{BULLET}\\101\\q']",
        "[\"\\n\\t\\\\'A\u00e9\ud83d\ude00\u2022A\\\\q\"]");
    is("pylist", "[b'\\xc3\\xa9']", "[\"\u00e9\"]");
    is(
        "pylist",
        "[1, -2, +3, 0x1F, 0b101, 0o17, 10L, 1_000, 1.5, -.5, 2e3, True, False, None]",
        "[1,-2,3,31,5,15,10,1000,1.5,-0.5,2E+3,true,false,null]");
    is("pylist", "(1, 2)", "[1,2]");
    is("pylist", "[(1), (1,), (), {1, 2}, set(), set([3])]", "[1,[1],[],[1,2],[],[3]]");
    is("pylist", " [ # comment\n 1 ,\n ] \n", "[1]");
    is(
        "pydict",
        "{'a': {'b': [1]}, 2: None, True: 'x', None: 0, 'a': 5,}",
        "{\"a\":5,\"2\":null,\"true\":\"x\",\"null\":0}");
    is("pylist", "[123456789012345678901234567890]", "[123456789012345678901234567890]");
    for (String wrong :
        List.of(
            "",
            "[",
            "[1 2]",
            "[1,,2]",
            "[,]",
            "'a",
            "['a\nb']",
            "[__import__('os')]",
            "[f'x']",
            "[1+2]",
            "[1j]",
            "[01]",
            "[true]",
            "[1] + [2]",
            "[1] [2]",
            "{[1]: 2}",
            "{'a' 1}",
            "[...]",
            "['\\x4']",
            "['\\N{no such}']",
            "[1e999]",
            "[b'\\xff']",
            "[open]")) {
      isNone("pylist", wrong, "Python literal");
    }
    isNone("pylist", "{'a': 1}", "a list is wanted");
    isNone("pydict", "[1]", "a dictionary is wanted");
    isNone("pylist", "[".repeat(5000) + "]".repeat(5000), "nested deeper");
    isNone("pylist", "[" + "9".repeat(5000) + "]", "digits");
    isNone("pylist", "[" + "0,".repeat(600_000) + "]", "more than");
  }

  @Test
  void whateverIsSentIsAValueOrSaysWhyNot() {
    SplittableRandom random = new SplittableRandom(11);
    String alphabet = "[]{}()'\",:\\ux01eE.-+#&*!|>\n\t aTrueNone\u00e9";
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      random
          .ints(random.nextInt(30), 0, alphabet.length())
          .forEach(i -> text.append(alphabet.charAt(i)));
      for (String format : ResultFormat.WORDS) {
        try {
          assertThat(value(format, text.toString())).isNotNull();
        } catch (NotAValue e) {
          assertThat(e.why()).isNotBlank();
        }
      }
    }
  }

  @Test
  void aFormatThatNobodyKnowsIsNamed() {
    isNone("broken", "x", "the format broken is not known");
  }
}
