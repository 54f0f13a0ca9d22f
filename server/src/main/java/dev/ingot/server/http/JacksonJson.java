package dev.ingot.server.http;

import dev.ingot.core.Json;
import io.javalin.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.reflect.Type;

/** Answers are written by the one JSON mapper; bodies are read by {@link Requests} alone. */
final class JacksonJson implements JsonMapper {
  @Override
  public String toJsonString(Object value, Type type) {
    return Json.write(value);
  }

  @Override
  public InputStream toJsonStream(Object value, Type type) {
    return new ByteArrayInputStream(Json.bytes(value));
  }
}
