package orcaflow.service;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Micrometer's Kafka binder over anything that keeps a map of Kafka metrics. */
final class KafkaMetrics implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(KafkaMetrics.class);
  private static final long LOOK_SECONDS = 5;
  private static final Pattern PROCESS_ID =
      Pattern.compile("-?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  private final MeterRegistry registry;
  private final Set<KafkaClientMetrics> watched = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService refresh =
      Executors.newSingleThreadScheduledExecutor(KafkaMetrics::daemon);

  KafkaMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Client and thread names of Kafka Streams hold a random id per process; labels must not. */
  static MeterFilter withoutProcessIds() {
    return new MeterFilter() {
      @Override
      public Meter.Id map(Meter.Id id) {
        List<Tag> tags =
            StreamSupport.stream(id.getTagsAsIterable().spliterator(), false)
                .map(tag -> Tag.of(oneKeyForStores(tag.getKey()), withoutProcessId(tag.getValue())))
                .toList();
        return id.replaceTags(tags);
      }
    };
  }

  /**
   * Streams names the label after the kind of store; Prometheus wants the same labels for one name.
   */
  private static String oneKeyForStores(String key) {
    return key.endsWith(".state.id") || key.endsWith("-state-id") ? "store" : key;
  }

  /**
   * Shows the metrics until the binding is closed. After that none of them is read, nor is being
   * read: a metric of a store reads its database, and RocksDB crashes the process where that is
   * closed.
   */
  MetricsBinding watch(Supplier<Map<MetricName, ? extends Metric>> metrics) {
    AtomicBoolean closed = new AtomicBoolean();
    // A closed binder still looks for new metrics, as the thread is not its own.
    KafkaClientMetrics binder =
        new KafkaClientMetrics(
            asProducer(() -> closed.get() ? Map.of() : metrics.get()), List.of(), refresh);
    watched.add(binder);
    binder.bindTo(registry);
    return () -> {
      closed.set(true);
      if (watched.remove(binder)) {
        binder.close();
        awaitLook();
      }
    };
  }

  /** Waits for the end of a look that has begun: there is one thread for all. */
  private void awaitLook() {
    try {
      refresh.submit(() -> {}).get(LOOK_SECONDS, TimeUnit.SECONDS);
    } catch (RejectedExecutionException | TimeoutException | ExecutionException e) {
      LOG.debug("the metrics are not looked at any more: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    watched.forEach(KafkaClientMetrics::close);
    watched.clear();
    refresh.shutdownNow();
  }

  /**
   * The binder takes producers, consumers and admin clients and asks each for its metrics only; it
   * knows no share consumers, and its class for plain suppliers is not public.
   */
  private static Producer<?, ?> asProducer(Supplier<Map<MetricName, ? extends Metric>> metrics) {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          if (method.getName().equals("metrics")) {
            return metrics.get();
          }
          throw new UnsupportedOperationException(method.getName());
        };
    return (Producer<?, ?>)
        Proxy.newProxyInstance(
            Producer.class.getClassLoader(), new Class<?>[] {Producer.class}, handler);
  }

  private static String withoutProcessId(String value) {
    return value.length() < 36 ? value : PROCESS_ID.matcher(value).replaceAll("");
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "kafka-metrics");
    thread.setDaemon(true);
    return thread;
  }
}
