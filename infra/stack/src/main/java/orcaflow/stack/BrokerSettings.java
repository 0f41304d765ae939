package orcaflow.stack;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The settings of the one-node broker. Names are Kafka's own; limits are those of Kafka 4.2.2. */
final class BrokerSettings {

  /** Highest count Kafka 4.2 allows; a record delivered more often is dropped from the group. */
  static final int SHARE_DELIVERIES = 10;

  /** Names of the two listeners. */
  static final String CLIENTS = "PLAINTEXT";

  static final String CONTROLLERS = "CONTROLLER";

  private static final String INTERNAL_PARTITIONS = "4";

  /** The smallest that Kafka 4.2 allows for a topic. */
  static final String COORDINATOR_SEGMENT = "1048576";

  private static final String FOR_EVER = "-1";

  private BrokerSettings() {}

  static Map<String, String> of(Path dir, int port, int controllerPort) {
    Map<String, String> settings = new TreeMap<>();
    node(settings, dir, port, controllerPort);
    oneReplica(settings);
    keepEverything(settings);
    shareGroups(settings);
    quickGroups(settings);
    small(settings);
    quickCoordinators(settings);
    return settings;
  }

  private static void node(Map<String, String> s, Path dir, int port, int controllerPort) {
    s.put("process.roles", "broker,controller");
    s.put("node.id", "1");
    s.put("log.dirs", dir.toString());
    s.put(
        "listeners",
        "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(port, controllerPort));
    s.put("advertised.listeners", "PLAINTEXT://127.0.0.1:%d".formatted(port));
    s.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    s.put("controller.listener.names", "CONTROLLER");
    // Static voters: a dynamic quorum writes its endpoint to the log, and the next start has
    // another port.
    s.put("controller.quorum.voters", "1@127.0.0.1:%d".formatted(controllerPort));
    s.put("auto.create.topics.enable", "false");
    // After kill -9 the controller takes the new broker for a double of the old one this long (a
    // broker that said goodbye is let in at once). Shorter would fence a broker that was only busy.
    s.put("broker.session.timeout.ms", "6000");
    s.put("broker.heartbeat.interval.ms", "500");
  }

  private static void oneReplica(Map<String, String> s) {
    s.put("default.replication.factor", "1");
    s.put("min.insync.replicas", "1");
    s.put("offsets.topic.replication.factor", "1");
    s.put("offsets.topic.num.partitions", INTERNAL_PARTITIONS);
    s.put("transaction.state.log.replication.factor", "1");
    s.put("transaction.state.log.min.isr", "1");
    s.put("transaction.state.log.num.partitions", INTERNAL_PARTITIONS);
    s.put("share.coordinator.state.topic.replication.factor", "1");
    s.put("share.coordinator.state.topic.min.isr", "1");
    s.put("share.coordinator.state.topic.num.partitions", INTERNAL_PARTITIONS);
  }

  /** A run may rest for months: neither its records nor its readers' positions may expire. */
  private static void keepEverything(Map<String, String> s) {
    s.put("log.retention.ms", FOR_EVER);
    s.put("log.retention.bytes", FOR_EVER);
    s.put("offsets.retention.minutes", Integer.toString(Integer.MAX_VALUE));
    s.put("transactional.id.expiration.ms", Integer.toString(Integer.MAX_VALUE));
  }

  private static void shareGroups(Map<String, String> s) {
    s.put("group.share.delivery.count.limit", Integer.toString(SHARE_DELIVERIES));
    s.put("group.share.partition.max.record.locks", "10000");
    s.put("group.share.min.record.lock.duration.ms", "1000");
    s.put("group.share.max.record.lock.duration.ms", "3600000");
    s.put("group.share.max.size", "1000");
    // A killed member keeps its partitions until its session ends; 45 s is long on one machine.
    s.put("group.share.min.session.timeout.ms", "6000");
    s.put("group.share.session.timeout.ms", "10000");
    // A group that meets the share coordinator before its state topic is there tries again.
    s.put("group.share.initialize.retry.interval.ms", "1000");
  }

  /** Groups form in well under a second: on one machine a heartbeat costs next to nothing. */
  private static void quickGroups(Map<String, String> s) {
    s.put("group.initial.rebalance.delay.ms", "0");
    s.put("group.streams.initial.rebalance.delay.ms", "0");
    for (String protocol : new String[] {"share", "consumer", "streams"}) {
      s.put("group.%s.heartbeat.interval.ms".formatted(protocol), "500");
      s.put("group.%s.min.heartbeat.interval.ms".formatted(protocol), "500");
    }
  }

  /** Two cores and a few topics: buffers and threads that fit them. */
  private static void small(Map<String, String> s) {
    s.put("num.network.threads", "2");
    s.put("num.io.threads", "4");
    s.put("background.threads", "2");
    s.put("log.cleaner.dedupe.buffer.size", "4194304");
    s.put("log.index.size.max.bytes", "2097152");
    s.put("log.segment.bytes", "268435456");
  }

  /**
   * A coordinator reads all of its partition at a start, and only closed segments are compacted. A
   * load that lasts is worse than slow: Kafka 4.2.2's CoordinatorRuntime takes the end of an
   * earlier load for that of a later one, and then works on half of its state.
   */
  private static void quickCoordinators(Map<String, String> s) {
    s.put("offsets.topic.segment.bytes", COORDINATOR_SEGMENT);
    s.put("transaction.state.log.segment.bytes", COORDINATOR_SEGMENT);
    s.put("share.coordinator.state.topic.segment.bytes", COORDINATOR_SEGMENT);
  }
}
