package orcaflow.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.errors.InvalidRecordStateException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** What explicit acknowledgement means at Kafka 4.2.2; the agents' stage mechanism rests on it. */
class SharesIT {

  private static final Duration A_MOMENT = Duration.ofMillis(200);

  @TempDir static Path dir;
  static Broker broker;

  String topic;
  Probe probe;

  @BeforeAll
  static void startBroker() {
    broker = Broker.start(dir);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void createTopic(TestInfo test) {
    topic = test.getTestMethod().orElseThrow().getName();
    probe = new Probe(broker.bootstrap());
    probe.createTopic(topic, 1);
    configure(ShareGroups.LOCK);
  }

  @Test
  void deliversReleasedRecordsAgainAndAcceptedOrRejectedOnesNever() {
    probe.commit(topic, List.of("accept", "release", "reject"));
    try (var worker = worker()) {
      List<String> seen = new ArrayList<>();
      while (seen.size() < 4) {
        ConsumerRecord<String, String> record = Probe.next(worker);
        seen.add(record.value() + record.deliveryCount().orElseThrow());
        worker.acknowledge(record, verdict(record));
        assertThat(worker.commitSync().values()).allMatch(Optional::isEmpty);
      }
      assertThat(seen).containsExactlyInAnyOrder("accept1", "release1", "reject1", "release2");
      assertThat(worker.poll(Duration.ofSeconds(1)).isEmpty()).isTrue();
    }
  }

  @Test
  void deliversNothingOfAnAbortedTransaction() {
    probe.abort(topic, List.of("aborted"));
    probe.commit(topic, List.of("committed"));
    try (var worker = worker()) {
      assertThat(Probe.next(worker).value()).isEqualTo("committed");
    }
  }

  @Test
  void refusesToPollWhileARecordIsUnacknowledged() {
    probe.commit(topic, List.of("a"));
    try (var worker = worker()) {
      ConsumerRecord<String, String> record = Probe.next(worker);
      assertThatThrownBy(() -> worker.poll(A_MOMENT))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("All records must be acknowledged");
      worker.acknowledge(record);
      worker.commitSync();
    }
  }

  @Test
  void pollsReturnARenewedRecordAndNoNewOneUntilItIsDone() {
    probe.commit(topic, List.of("slow", "next"));
    try (var worker = worker()) {
      ConsumerRecord<String, String> slow = Probe.next(worker);
      for (int i = 0; i < 3; i++) {
        worker.acknowledge(slow, AcknowledgeType.RENEW);
        slow = Probe.next(worker);
        assertThat(slow.value()).isEqualTo("slow");
      }
      worker.acknowledge(slow);
      assertThat(Probe.next(worker).value()).isEqualTo("next");
    }
  }

  @Test
  void keepsARecordPastItsLockByRenewing() {
    Duration lock = Duration.ofSeconds(2);
    configure(lock);
    probe.commit(topic, List.of("slow"));
    try (var holder = worker();
        var rival = worker()) {
      ConsumerRecord<String, String> slow = Probe.next(holder);
      assertThat(holder.acquisitionLockTimeoutMs()).contains((int) lock.toMillis());
      Instant past = Instant.now().plus(lock.multipliedBy(3));
      while (Instant.now().isBefore(past)) {
        holder.acknowledge(slow, AcknowledgeType.RENEW);
        slow = Probe.next(holder);
        assertThat(rival.poll(A_MOMENT).isEmpty()).isTrue();
      }
      assertThat(slow.deliveryCount()).contains((short) 1);
      holder.acknowledge(slow);
      assertThat(holder.commitSync().values()).allMatch(Optional::isEmpty);
    }
  }

  @Test
  void tellsTheFormerHolderThatTheRecordIsLost() {
    configure(Duration.ofSeconds(1));
    probe.commit(topic, List.of("lost"));
    try (var holder = worker();
        var rival = worker()) {
      ConsumerRecord<String, String> lost = Probe.next(holder);
      ConsumerRecord<String, String> taken = Probe.next(rival);
      assertThat(taken.deliveryCount()).contains((short) 2);
      holder.acknowledge(lost);
      assertThat(holder.commitSync().values())
          .singleElement()
          .satisfies(
              failure -> assertThat(failure).containsInstanceOf(InvalidRecordStateException.class));
    }
  }

  @Test
  void handsTheRecordsOfAClosedWorkerToAnother() {
    probe.commit(topic, List.of("a"));
    try (var leaving = worker()) {
      assertThat(Probe.next(leaving).value()).isEqualTo("a");
    }
    try (var staying = worker()) {
      ConsumerRecord<String, String> record = Probe.next(staying);
      assertThat(record.value()).isEqualTo("a");
      assertThat(record.deliveryCount()).contains((short) 2);
    }
  }

  @Test
  void takesNoAcknowledgementBetweenARenewalAndThePollThatReturnsTheRecord() {
    probe.commit(topic, List.of("a"));
    try (var worker = worker()) {
      ConsumerRecord<String, String> record = Probe.next(worker);
      worker.acknowledge(record, AcknowledgeType.RENEW);
      assertThat(worker.commitSync().values()).allMatch(Optional::isEmpty);
      assertThatThrownBy(() -> worker.acknowledge(record))
          .isInstanceOf(IllegalStateException.class);
      worker.acknowledge(Probe.next(worker));
      assertThat(worker.commitSync().values()).allMatch(Optional::isEmpty);
    }
  }

  @Test
  void dropsARecordAfterTheLastDeliveryTheBrokerAllows() {
    probe.commit(topic, List.of("stubborn"));
    try (var worker = worker()) {
      for (int delivery = 1; delivery <= BrokerSettings.SHARE_DELIVERIES; delivery++) {
        ConsumerRecord<String, String> record = Probe.next(worker);
        assertThat(record.value()).isEqualTo("stubborn");
        assertThat(record.deliveryCount()).contains((short) delivery);
        worker.acknowledge(record, AcknowledgeType.RELEASE);
        worker.commitSync();
      }
      // Written only now: a fetch that is on its way at a release may bring a later record first.
      probe.commit(topic, List.of("next"));
      assertThat(Probe.next(worker).value()).isEqualTo("next");
    }
  }

  private void configure(Duration lock) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
      ShareGroups.configure(admin, topic, lock);
    }
  }

  private KafkaShareConsumer<String, String> worker() {
    return probe.shareConsumer(topic, topic);
  }

  private static AcknowledgeType verdict(ConsumerRecord<String, String> record) {
    return switch (record.value()) {
      case "reject" -> AcknowledgeType.REJECT;
      case "release" ->
          record.deliveryCount().orElseThrow() == 1
              ? AcknowledgeType.RELEASE
              : AcknowledgeType.ACCEPT;
      default -> AcknowledgeType.ACCEPT;
    };
  }
}
