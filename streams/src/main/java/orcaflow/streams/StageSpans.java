package orcaflow.streams;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import orcaflow.schemas.TraceParent;
import orcaflow.schemas.Traces;
import orcaflow.service.MessageSpans;
import orcaflow.service.Spans;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Spans of what the stages of the streams do: one for each record that a stage works on, and one
 * for each record that it writes. A stream thread does one thing at a time, so the work that a
 * record comes of is the work of its thread; what a timer writes comes of none. Work that is done
 * again after an aborted transaction gives the same spans again.
 */
public final class StageSpans {

  /** Makes nothing. */
  public static final StageSpans NONE = new StageSpans(Spans.NONE, "");

  private final Spans spans;
  private final String run;
  private final ThreadLocal<Work> current = new ThreadLocal<>();

  /** What a thread is working on. */
  private record Work(String stage, TraceParent own) {}

  StageSpans(Spans spans, String run) {
    this.spans = spans;
    this.run = run;
  }

  /** The stage itself where no spans are sent. */
  <V extends SpecificRecord, W> ProcessorSupplier<String, V, String, W> of(
      String stage, ProcessorSupplier<String, V, String, W> supplier) {
    return spans.on() ? new Seen<>(stage, supplier) : supplier;
  }

  /** The serialiser itself where no spans are sent. */
  <T extends SpecificRecord> Serializer<T> of(Serializer<T> serializer) {
    return spans.on() ? new Sending<>(serializer) : serializer;
  }

  private final class Seen<V extends SpecificRecord, W>
      implements ProcessorSupplier<String, V, String, W> {
    private final String stage;
    private final ProcessorSupplier<String, V, String, W> supplier;

    Seen(String stage, ProcessorSupplier<String, V, String, W> supplier) {
      this.stage = stage;
      this.supplier = supplier;
    }

    @Override
    public Processor<String, V, String, W> get() {
      return new SeenStage<>(stage, supplier.get());
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
      return supplier.stores();
    }
  }

  private final class SeenStage<V extends SpecificRecord, W>
      implements Processor<String, V, String, W> {
    private final String stage;
    private final Processor<String, V, String, W> inner;
    private ProcessorContext<String, W> context;

    SeenStage(String stage, Processor<String, V, String, W> inner) {
      this.stage = stage;
      this.inner = inner;
    }

    @Override
    public void init(ProcessorContext<String, W> given) {
      context = given;
      inner.init(given);
    }

    @Override
    public void process(Record<String, V> record) {
      RecordMetadata place = context.recordMetadata().orElseThrow();
      Traces inputs = Traces.of(place.topic()).orElseThrow();
      Work work = new Work(stage, inputs.work(stage, record.value()));
      String source = inputs.source(record.value(), record.headers()).spanId();
      Instant start = Instant.now();
      current.set(work);
      try {
        inner.process(record);
      } finally {
        current.remove();
      }
      spans.add(
          () ->
              MessageSpans.work(
                  new MessageSpans.Place(place.topic(), place.partition(), place.offset()),
                  new MessageSpans.Work(work.own(), Optional.of(source), start, Instant.now()),
                  Map.of(
                      "orcaflow.stage", stage, "messaging.consumer.group.name", run + ".streams"),
                  Optional.empty()));
    }

    @Override
    public void close() {
      inner.close();
    }
  }

  private final class Sending<T extends SpecificRecord> implements Serializer<T> {
    private final Serializer<T> inner;

    Sending(Serializer<T> inner) {
      this.inner = inner;
    }

    @Override
    public byte[] serialize(String topic, T event) {
      return inner.serialize(topic, event);
    }

    @Override
    public byte[] serialize(String topic, Headers headers, T event) {
      byte[] bytes = inner.serialize(topic, headers, event);
      TraceParent.in(headers).ifPresent(own -> sent(topic, own));
      return bytes;
    }

    @Override
    public void close() {
      inner.close();
    }
  }

  private void sent(String topic, TraceParent own) {
    Instant now = Instant.now();
    Optional<Work> work = Optional.ofNullable(current.get());
    spans.add(
        () ->
            work.map(it -> MessageSpans.sent(topic, own, it.own(), now, it.stage()))
                .orElseGet(() -> MessageSpans.sent(topic, own, Optional.empty(), now, "timer")));
  }
}
