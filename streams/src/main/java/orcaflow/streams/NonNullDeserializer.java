package orcaflow.streams;

import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Refuses a record without a value. Every record of the flow is an event, so a record without a
 * value is handled like one that cannot be read, and no stage receives {@code null}.
 */
final class NonNullDeserializer<T> implements Deserializer<T> {

  private final Deserializer<T> inner;

  NonNullDeserializer(Deserializer<T> inner) {
    this.inner = inner;
  }

  @Override
  public T deserialize(String topic, byte[] data) {
    return present(topic, inner.deserialize(topic, data));
  }

  @Override
  public T deserialize(String topic, Headers headers, byte[] data) {
    return present(topic, inner.deserialize(topic, headers, data));
  }

  @Override
  public void close() {
    inner.close();
  }

  private T present(String topic, T value) {
    if (value == null) {
      throw new SerializationException("a record of %s has no value".formatted(topic));
    }
    return value;
  }
}
