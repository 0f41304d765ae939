package orcaflow.agents.seed;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * XML as ASDiv has it: each element {@code Problem} is a row, its attributes and the elements in it
 * are the keys. Document types and foreign entities are not read.
 */
final class ProblemXml extends TextFile {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROW = "Problem";

  private final XMLStreamReader xml;

  /** By its first character. */
  record Kind() implements FileKind {
    @Override
    public String name() {
      return "XML";
    }

    @Override
    public boolean is(String name, String head) {
      return head.stripLeading().startsWith("<") && head.contains("<" + ROW);
    }

    @Override
    public SeedRows open(Path file, InputStream bytes) throws IOException {
      return new ProblemXml(file, bytes);
    }
  }

  private ProblemXml(Path file, InputStream bytes) throws IOException {
    super(file, bytes, "whole XML");
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    try {
      xml = factory.createXMLStreamReader(text);
    } catch (XMLStreamException e) {
      throw bad(e);
    }
  }

  @Override
  Optional<Line> row() throws IOException {
    try {
      while (xml.hasNext()) {
        if (xml.next() == XMLStreamReader.START_ELEMENT && xml.getLocalName().equals(ROW)) {
          return Optional.of(problem());
        }
      }
      return Optional.empty();
    } catch (XMLStreamException e) {
      throw bad(e);
    }
  }

  private Line problem() throws XMLStreamException, IOException {
    long begin = line();
    ObjectNode row = JSON.createObjectNode();
    for (int i = 0; i < xml.getAttributeCount(); i++) {
      row.put(xml.getAttributeLocalName(i), xml.getAttributeValue(i));
    }
    while (xml.nextTag() == XMLStreamReader.START_ELEMENT) {
      String name = xml.getLocalName();
      row.put(name, text());
    }
    return new Line(begin, JSON.writeValueAsString(row));
  }

  /** The text of an element, and of those in it. */
  private String text() throws XMLStreamException {
    StringBuilder all = new StringBuilder();
    for (int depth = 1; depth > 0; ) {
      int event = xml.next();
      if (event == XMLStreamReader.START_ELEMENT) {
        depth++;
      } else if (event == XMLStreamReader.END_ELEMENT) {
        depth--;
      } else if (event == XMLStreamReader.CHARACTERS || event == XMLStreamReader.CDATA) {
        all.append(xml.getText());
      }
    }
    return all.toString().strip();
  }

  private static IOException bad(XMLStreamException e) {
    return new IOException(e.getMessage().replaceFirst("(?s).*Message: ", ""), e);
  }

  @Override
  long line() {
    return xml == null ? 1 : xml.getLocation().getLineNumber();
  }
}
