package dev.ingot.agent.inspect;

import dev.ingot.protocol.FieldClass;
import dev.ingot.protocol.FieldClasses;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One field of a section, for the page in docs and for its class.
 *
 * @param path dotted, array elements left out, {@code *} for any one key
 * @param form {@code integer}, {@code text}, {@code list of text}, …, with its unit
 */
record Field(String path, String form, FieldClass fieldClass, String meaning) {
  static Field identity(String path, String form, String meaning) {
    return new Field(path, form, FieldClass.IDENTITY, meaning);
  }

  static Field config(String path, String form, String meaning) {
    return new Field(path, form, FieldClass.CONFIG, meaning);
  }

  static Field counter(String path, String form, String meaning) {
    return new Field(path, form, FieldClass.COUNTER, meaning);
  }

  static Field reading(String path, String form, String meaning) {
    return new Field(path, form, FieldClass.READING, meaning);
  }

  /** The classes to send with a section: config goes without saying unless a wildcard says else. */
  static FieldClasses classes(List<Field> fields) {
    boolean wildcard =
        fields.stream()
            .anyMatch(field -> field.path.contains("*") && field.fieldClass != FieldClass.CONFIG);
    Map<String, FieldClass> classes = new LinkedHashMap<>();
    for (Field field : fields) {
      if (wildcard || field.fieldClass != FieldClass.CONFIG) {
        classes.put(field.path, field.fieldClass);
      }
    }
    return new FieldClasses(classes);
  }
}
