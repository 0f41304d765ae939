package orcaflow.schemas;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;

/**
 * The registry client's serialiser for the first event of a topic, and its bytes without it for the
 * next ones: the same five bytes of magic and schema id, then Avro. The client looks the id up for
 * each event by a hash of the whole schema, docs included, which for our nested events costs more
 * than writing them does.
 */
final class EventSerializer<T extends SpecificRecord> implements Serializer<T> {

  private static final int HEADER = 5;

  private final Serializer<T> client;
  private final boolean cloudEvents;
  private final Map<String, Known> known = new ConcurrentHashMap<>();
  private final ThreadLocal<Page> pages = ThreadLocal.withInitial(Page::new);

  /**
   * @param cloudEvents whether records have the headers of CloudEvents
   */
  EventSerializer(Serializer<T> client, boolean cloudEvents) {
    this.client = client;
    this.cloudEvents = cloudEvents;
  }

  /** What is known of a topic: its events' schema and what their bytes begin with. */
  private record Known(Schema schema, byte[] header, Writer writer) {}

  /** Our only unions are of null and one other; Avro looks the branch up by the datum's name. */
  private static final class Writer extends SpecificDatumWriter<SpecificRecord> {
    Writer(Schema schema) {
      super(schema, SpecificData.getForSchema(schema));
    }

    @Override
    protected int resolveUnion(Schema union, Object datum) {
      List<Schema> branches = union.getTypes();
      boolean isOptional = branches.size() == 2 && branches.get(0).getType() == Schema.Type.NULL;
      return isOptional ? (datum == null ? 0 : 1) : super.resolveUnion(union, datum);
    }
  }

  /** What a thread writes on. */
  private static final class Page {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
    private final BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
  }

  @Override
  public byte[] serialize(String topic, T event) {
    if (event == null) {
      return client.serialize(topic, null);
    }
    Known that = known.get(topic);
    if (that == null || that.schema() != event.getSchema()) {
      byte[] first = client.serialize(topic, event);
      known.put(topic, known(event.getSchema(), Arrays.copyOf(first, HEADER)));
      return first;
    }
    return write(that, event);
  }

  /**
   * The same bytes; the headers of an event of the catalogue get their {@link TraceParent}, and
   * more if wanted.
   */
  @Override
  public byte[] serialize(String topic, Headers headers, T event) {
    if (event != null) {
      Traces.of(topic).ifPresent(trace -> trace.mark(event, headers, cloudEvents));
    }
    return serialize(topic, event);
  }

  @Override
  public void close() {
    client.close();
  }

  private static Known known(Schema schema, byte[] header) {
    return new Known(schema, header, new Writer(schema));
  }

  private byte[] write(Known that, T event) {
    Page page = pages.get();
    page.bytes.reset();
    page.bytes.write(that.header(), 0, HEADER);
    try {
      that.writer().write(event, page.encoder);
      page.encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      pages.remove();
      throw e;
    }
    return page.bytes.toByteArray();
  }
}
