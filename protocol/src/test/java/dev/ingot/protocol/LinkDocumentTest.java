package dev.ingot.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LinkDocumentTest {
  private static final Pattern EXAMPLE = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);

  @Test
  void theExamplesOfTheDocumentAreTheMessagesAndAllOfThem() throws Exception {
    Matcher example = EXAMPLE.matcher(Files.readString(Path.of("../docs/link.md")));
    Set<Class<?>> shown = new HashSet<>();
    while (example.find()) {
      Message message = MessageCodec.decode(example.group(1).getBytes(StandardCharsets.UTF_8));
      assertThat(Json.read(MessageCodec.encode(message))).isEqualTo(Json.read(example.group(1)));
      shown.add(message.getClass());
    }
    shown.add(Message.Unknown.class);
    assertThat(shown).isEqualTo(Samples.types());
  }
}
