package orcaflow.service;

import io.micrometer.core.instrument.Counter;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.TraceParent;

/**
 * Spans of OpenTelemetry, sent to a collector by OTLP over HTTP where {@code cluster.otlp} names
 * one; elsewhere nothing is made and no thread runs. A span is given when it has ended, with the
 * ids that the headers of records have. What cannot be sent is dropped and counted: a collector
 * that does not answer holds up nothing.
 */
public final class Spans implements AutoCloseable {

  /** No spans. */
  public static final Spans NONE = new Spans(Optional.empty());

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Optional<SdkTracerProvider> provider;
  private final Tracer tracer;
  private final GivenIds ids = new GivenIds();

  /** What a span is about, by OpenTelemetry's conventions for messaging. */
  public enum Kind {
    PROCESS(SpanKind.CONSUMER),
    SEND(SpanKind.PRODUCER),
    ASK(SpanKind.CLIENT),
    INTERNAL(SpanKind.INTERNAL);

    private final SpanKind kind;

    Kind(SpanKind kind) {
      this.kind = kind;
    }
  }

  /**
   * A span that has ended.
   *
   * @param own trace and id of the span
   * @param parent id of the span that it is part of or follows from
   * @param attributes texts and whole numbers, never a prompt, an answer or a key
   * @param error what failed, from a closed set
   */
  public record Ended(
      String name,
      Kind kind,
      TraceParent own,
      Optional<String> parent,
      Instant start,
      Instant end,
      Map<String, Object> attributes,
      Optional<String> error) {}

  private Spans(Optional<SdkTracerProvider> provider) {
    this.provider = provider;
    this.tracer = provider.map(some -> some.get("orcaflow", Build.version())).orElse(null);
  }

  private Spans(URI collector, String service, String run, Counter lost) {
    Resource resource =
        Resource.create(
            attributes(
                Map.of(
                    "service.name",
                    "orcaflow-" + service,
                    "service.version",
                    Build.version(),
                    "orcaflow.run",
                    run)));
    String url = collector.toString().replaceAll("/+$", "") + "/v1/traces";
    BatchSpanProcessor batches =
        BatchSpanProcessor.builder(
                new CountedExporter(
                    OtlpHttpSpanExporter.builder()
                        .setEndpoint(url)
                        .setTimeout(PATIENCE)
                        .setConnectTimeout(PATIENCE)
                        .setRetryPolicy(null)
                        .build(),
                    url,
                    lost))
            .setScheduleDelay(Duration.ofSeconds(1))
            .build();
    SdkTracerProvider made =
        SdkTracerProvider.builder()
            .setResource(resource)
            .setIdGenerator(ids)
            .addSpanProcessor(batches)
            .build();
    this.provider = Optional.of(made);
    this.tracer = made.get("orcaflow", Build.version());
  }

  /**
   * Spans of a service, if its cluster has a collector.
   *
   * @param service agents, streams or trainer
   */
  public static Spans of(Cluster cluster, String service, MonitoringServer monitoring) {
    return cluster
        .otlp()
        .map(
            url ->
                new Spans(
                    url, service, cluster.run(), Metric.SPANS_LOST.counter(monitoring.registry())))
        .orElse(NONE);
  }

  /** Whether spans are sent. */
  public boolean on() {
    return provider.isPresent();
  }

  /** Takes a span, if spans are sent. */
  public void add(Supplier<Ended> ended) {
    if (on()) {
      add(ended.get());
    }
  }

  private void add(Ended ended) {
    SpanBuilder builder =
        tracer
            .spanBuilder(ended.name())
            .setSpanKind(ended.kind().kind)
            .setStartTimestamp(ended.start())
            .setAllAttributes(attributes(ended.attributes()));
    ended
        .parent()
        .map(id -> Context.root().with(Span.wrap(context(ended.own().traceId(), id))))
        .ifPresentOrElse(builder::setParent, builder::setNoParent);
    Span span = ids.as(ended.own(), builder::startSpan);
    ended
        .error()
        .ifPresent(type -> span.setStatus(StatusCode.ERROR).setAttribute("error.type", type));
    span.end(ended.end());
  }

  private static SpanContext context(String traceId, String spanId) {
    return SpanContext.createFromRemoteParent(
        traceId, spanId, TraceFlags.getSampled(), TraceState.getDefault());
  }

  private static Attributes attributes(Map<String, Object> values) {
    AttributesBuilder attributes = Attributes.builder();
    values.forEach(
        (key, value) -> {
          if (value instanceof Number number) {
            attributes.put(key, number.longValue());
          } else {
            attributes.put(key, value.toString());
          }
        });
    return attributes.build();
  }

  /** Sends what is left, for a few seconds at most. */
  @Override
  public void close() {
    provider.ifPresent(
        some -> some.shutdown().join(2 * PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
  }
}
