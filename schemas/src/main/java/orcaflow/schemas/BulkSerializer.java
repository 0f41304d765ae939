package orcaflow.schemas;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;

/**
 * The bytes of the genuine serialiser at less cost, for who writes millions of events: it lets that
 * one write the first event of a topic, keeps the five bytes before the Avro (magic and schema id),
 * and encodes the rest itself. The genuine one looks its schema up for each event, by a hash it
 * computes anew each time. One thread.
 */
final class BulkSerializer<T extends SpecificRecord> implements Serializer<T> {

  private static final int HEADER = 5;

  private record Route(Schema schema, byte[] header, SpecificDatumWriter<SpecificRecord> writer) {}

  private final Serializer<T> genuine;
  private final Map<String, Route> routes = new HashMap<>();
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(1024);
  private BinaryEncoder encoder;

  BulkSerializer(Serializer<T> genuine) {
    this.genuine = genuine;
  }

  @Override
  public byte[] serialize(String topic, T event) {
    Route route = routes.get(topic);
    if (route == null || route.schema() != event.getSchema()) {
      byte[] first = genuine.serialize(topic, event);
      routes.put(
          topic,
          new Route(
              event.getSchema(),
              Arrays.copyOf(first, HEADER),
              new SpecificDatumWriter<>(event.getSchema())));
      return first;
    }
    try {
      buffer.reset();
      buffer.write(route.header());
      encoder = EncoderFactory.get().binaryEncoder(buffer, encoder);
      route.writer().write(event, encoder);
      encoder.flush();
      return buffer.toByteArray();
    } catch (IOException e) {
      throw new SerializationException("an event of " + topic + " cannot be encoded", e);
    }
  }

  @Override
  public void close() {
    genuine.close();
  }
}
