package orcaflow.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/** A collector on a free loopback port: takes spans by OTLP over HTTP and keeps them. */
public final class SpanReceiver implements AutoCloseable {

  private final List<Received> spans = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private volatile int status = 200;

  /**
   * A span as it was received.
   *
   * @param parent empty for a span without one
   * @param attributes those of the resource and its own, as texts
   */
  public record Received(
      String name,
      String kind,
      String traceId,
      String spanId,
      String parent,
      boolean failed,
      Map<String, String> attributes) {}

  public SpanReceiver() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/v1/traces", this::take);
    server.start();
  }

  /** Where spans are to be sent. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** What it answers from now on; what it does not take with 200 it does not keep. */
  public void answer(int with) {
    status = with;
  }

  /** What was received so far. */
  public List<Received> spans() {
    return List.copyOf(spans);
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
      InputStream body = exchange.getRequestBody();
      byte[] bytes = (zipped ? new GZIPInputStream(body) : body).readAllBytes();
      if (status == 200) {
        ExportTraceServiceRequest.parseFrom(bytes).getResourceSpansList().forEach(this::keep);
      }
      exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(status, -1);
    }
  }

  private void keep(ResourceSpans resource) {
    for (ScopeSpans scope : resource.getScopeSpansList()) {
      for (Span span : scope.getSpansList()) {
        Map<String, String> attributes = new TreeMap<>();
        resource.getResource().getAttributesList().forEach(one -> put(one, attributes));
        span.getAttributesList().forEach(one -> put(one, attributes));
        HexFormat hex = HexFormat.of();
        spans.add(
            new Received(
                span.getName(),
                span.getKind().name(),
                hex.formatHex(span.getTraceId().toByteArray()),
                hex.formatHex(span.getSpanId().toByteArray()),
                hex.formatHex(span.getParentSpanId().toByteArray()),
                span.getStatus().getCodeValue() == 2,
                attributes));
      }
    }
  }

  private static void put(KeyValue one, Map<String, String> attributes) {
    attributes.put(
        one.getKey(),
        one.getValue().hasStringValue()
            ? one.getValue().getStringValue()
            : Long.toString(one.getValue().getIntValue()));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
