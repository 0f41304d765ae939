package orcaflow.schemas;

import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * The registry client's deserialiser for the first event of a schema id, and its reader alone for
 * the next ones: an id means the same schema for ever. The client asks its least-recently-used map
 * for the schema of each event, which costs about as much as reading it does.
 */
final class EventDeserializer<T extends SpecificRecord> implements Deserializer<T> {

  /** Magic byte 0 and four bytes of schema id. */
  private static final int HEADER = 5;

  private final KafkaAvroDeserializer client;
  private final Map<Integer, DatumReader<T>> readers = new ConcurrentHashMap<>();
  private final ThreadLocal<BinaryDecoder> decoders = new ThreadLocal<>();

  EventDeserializer(KafkaAvroDeserializer client) {
    this.client = client;
  }

  @Override
  public T deserialize(String topic, byte[] bytes) {
    if (bytes == null || bytes.length < HEADER || bytes[0] != 0) {
      return first(topic, bytes);
    }
    int id = ByteBuffer.wrap(bytes).getInt(1);
    DatumReader<T> reader = readers.get(id);
    if (reader != null) {
      return read(reader, bytes, id);
    }
    T event = first(topic, bytes);
    readers.put(id, reader(topic + "-value", id, event));
    return event;
  }

  @Override
  public T deserialize(String topic, Headers headers, byte[] bytes) {
    return deserialize(topic, bytes);
  }

  @Override
  public void close() {
    client.close();
  }

  private T first(String topic, byte[] bytes) {
    @SuppressWarnings("unchecked")
    T event = (T) client.deserialize(topic, bytes);
    return event;
  }

  /** The client remembers the schema under this subject, as it has just read with it. */
  private DatumReader<T> reader(String subject, int id, T event) {
    try {
      Schema written =
          (Schema)
              client.getSchemaRegistryClient().getSchemaBySubjectAndId(subject, id).rawSchema();
      Schema wanted = event.getSchema();
      return new SpecificDatumReader<>(written, wanted, SpecificData.getForSchema(wanted));
    } catch (IOException | RestClientException e) {
      throw new SerializationException("the registry does not give schema " + id, e);
    }
  }

  private T read(DatumReader<T> reader, byte[] bytes, int id) {
    BinaryDecoder decoder =
        DecoderFactory.get().binaryDecoder(bytes, HEADER, bytes.length - HEADER, decoders.get());
    decoders.set(decoder);
    try {
      return reader.read(null, decoder);
    } catch (IOException | RuntimeException e) {
      throw new SerializationException("an event of schema %d cannot be read".formatted(id), e);
    }
  }
}
