package orcaflow.schemas.log;

import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;

/** Goes on behind what cannot be read, and says where it was. */
record SkippingReceiver<K, V>(
    Consumer<UnreadableRecord> unreadable, TopicReader.Receiver<K, V> inner)
    implements TopicReader.Receiver<K, V> {

  @Override
  public void take(ConsumerRecord<K, V> record) {
    if (record.value() == null) {
      unreadable.accept(UnreadableRecord.of(record, "it has no value"));
    } else {
      inner.take(record);
    }
  }

  @Override
  public void reached(TopicPartition partition, long position) {
    inner.reached(partition, position);
  }

  @Override
  public void unreadable(UnreadableRecord record, RecordDeserializationException failure) {
    unreadable.accept(record);
  }
}
