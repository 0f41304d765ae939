package orcaflow.streams;

import static org.apache.kafka.streams.StreamsConfig.mainConsumerPrefix;
import static org.apache.kafka.streams.StreamsConfig.producerPrefix;

import java.util.Properties;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.log.ClientSettings;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The settings of Kafka Streams, from those of the service. */
final class EngineSettings {

  /** Heartbeats within one session, as Kafka advises. */
  private static final int BEATS = 3;

  private EngineSettings() {}

  static Properties of(Cluster cluster, orcaflow.streams.StreamsConfig.Engine engine) {
    Properties settings = new Properties();
    settings.putAll(cluster.clientSettings());
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId(cluster));
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(
        producerPrefix(ProducerConfig.RETRY_BACKOFF_MS_CONFIG),
        ClientSettings.transactionRetryMillis(cluster));
    settings.put(StreamsConfig.STATE_DIR_CONFIG, engine.stateDir().toString());
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, engine.threads());
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, engine.commitMillis());
    // No stage depends on which of its topics is read first. Waiting for more records of an empty
    // one (KIP-695) would only cost a log line for each record.
    settings.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
    settings.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, engine.standbys());
    settings.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    settings.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, DeadLetters.class);
    settings.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, StoreMemory.class);
    settings.put(StoreMemory.MEGABYTES, engine.storeMegabytes());
    settings.put(
        mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG),
        engine.sessionTimeoutMillis());
    settings.put(
        mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
        engine.sessionTimeoutMillis() / BEATS);
    engine
        .instance()
        .ifPresent(
            name ->
                settings.put(
                    mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG),
                    cluster.named("streams-" + name)));
    return settings;
  }

  /** Also the name of the consumer group. */
  static String applicationId(Cluster cluster) {
    return cluster.named("streams");
  }
}
