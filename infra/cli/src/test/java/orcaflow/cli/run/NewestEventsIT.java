package orcaflow.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import orcaflow.events.Lineage;
import orcaflow.events.RejectedCandidate;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.TopicReader;
import orcaflow.stack.SharedStack;
import orcaflow.stack.TopicCatalogue;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A topic of 2,000 events in two partitions, each a second after the one before. */
class NewestEventsIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int EVENTS = 2_000;
  private static final long FIRST = 1_700_000_000_000L;
  private static final long SECOND = 1_000;
  private static final String RARE = "rare";

  private static Cluster cluster;
  private static String topic;

  @BeforeAll
  static void write() {
    cluster = SharedStack.get().cluster("newest-events");
    topic = Topics.REJECTED_CANDIDATES.in(cluster.run());
    TopicCatalogue.apply(cluster, 2, 1);
    try (KafkaProducer<String, SpecificRecord> producer =
        new KafkaProducer<>(
            cluster.clientSettings(), new StringSerializer(), Serdes.serializer(cluster))) {
      for (int i = 0; i < EVENTS; i++) {
        producer.send(new ProducerRecord<>(topic, i % 2, FIRST + i * SECOND, "key", rejection(i)));
      }
    }
  }

  /** Only the fourth and the eighth of all are rare ones. */
  private static RejectedCandidate rejection(int number) {
    return RejectedCandidate.newBuilder()
        .setId(Integer.toString(number))
        .setCandidateId("c")
        .setProblemId("p")
        .setQuestion("?")
        .setReason(number == 3 || number == 7 ? RARE : "duplicate")
        .setEvidence("")
        .setLineage(
            Lineage.newBuilder()
                .setSeed("s")
                .setAgent("seed")
                .setRound(0)
                .setIndex(0)
                .setTime(Instant.EPOCH)
                .build())
        .build();
  }

  private static List<Integer> found(
      long most, long looked, Optional<Instant> until, Predicate<SpecificRecord> wanted)
      throws Exception {
    List<Integer> ids = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    try (TopicReader<String, SpecificRecord> reader = TopicReader.events(cluster)) {
      new NewestEvents(reader)
          .take(topic, until, new NewestEvents.Search(most, looked, wanted), lines::add);
    }
    for (String line : lines) {
      ids.add(JSON.readTree(line).at("/event/id").asInt());
    }
    return ids;
  }

  private static boolean isRare(SpecificRecord event) {
    return ((RejectedCandidate) event).getReason().equals(RARE);
  }

  private static List<Integer> numbers(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  @Test
  void theNewestOfAllPartitionsComeOldestFirst() throws Exception {
    assertThat(found(50, Long.MAX_VALUE, Optional.empty(), event -> true))
        .isEqualTo(numbers(EVENTS - 50, EVENTS));
    assertThat(found(5_000, Long.MAX_VALUE, Optional.empty(), event -> true))
        .isEqualTo(numbers(0, EVENTS));
  }

  @Test
  void whatIsRareIsFoundFarBack() throws Exception {
    assertThat(found(50, Long.MAX_VALUE, Optional.empty(), NewestEventsIT::isRare))
        .containsExactly(3, 7);
  }

  @Test
  void aSearchLooksNoFartherThanItMay() throws Exception {
    assertThat(found(50, 900, Optional.empty(), NewestEventsIT::isRare)).isEmpty();
  }

  @Test
  void aTimeEndsTheSearch() throws Exception {
    Instant until = Instant.ofEpochMilli(FIRST + 100 * SECOND);
    assertThat(found(10, Long.MAX_VALUE, Optional.of(until), event -> true))
        .isEqualTo(numbers(90, 100));
  }
}
