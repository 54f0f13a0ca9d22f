package dev.ingot.agent.parse;

import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * XML as a tree of {@code {name, attributes, text, children}}. No DTD, no entities, no files; what
 * came before an error is kept.
 */
final class XmlTree {
  private static final int DEEPEST = 100;

  private XmlTree() {}

  static JsonNode read(String xml, Notes notes) throws ParseFailure {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    Deque<ObjectNode> open = new ArrayDeque<>();
    ObjectNode root = Fields.array().addObject();
    open.push(root);
    try {
      XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(xml));
      while (reader.hasNext()) {
        switch (reader.next()) {
          case XMLStreamConstants.START_ELEMENT -> {
            if (open.size() > DEEPEST) {
              throw new XMLStreamException("deeper than " + DEEPEST + " elements");
            }
            open.push(element(reader, open.getFirst()));
          }
          case XMLStreamConstants.END_ELEMENT -> open.pop();
          case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
            ObjectNode element = open.getFirst();
            if (!reader.isWhiteSpace()) {
              element.put("text", (element.path("text").asString("") + reader.getText()).strip());
            }
          }
          default -> {
            // Comments and processing instructions.
          }
        }
      }
    } catch (XMLStreamException | RuntimeException e) {
      // The JDK's reader throws some of its own runtime exceptions on broken input.
      String reason = String.valueOf(e.getMessage()).lines().reduce((_, last) -> last).orElse("");
      notes.add("XML ends early: " + reason);
    }
    JsonNode first = root.path("children").path(0);
    if (first.isMissingNode()) {
      throw new ParseFailure("no XML element in it");
    }
    return first;
  }

  private static ObjectNode element(XMLStreamReader reader, ObjectNode parent) {
    ObjectNode element = parent.withArray("children").addObject();
    element.put("name", reader.getLocalName());
    ObjectNode attributes = element.putObject("attributes");
    for (int i = 0; i < reader.getAttributeCount(); i++) {
      attributes.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
    }
    return element;
  }
}
