package orcaflow.agents.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import orcaflow.agents.seed.form.Columns;
import orcaflow.agents.seed.form.Forms;
import orcaflow.agents.stage.IdToLongMap;
import orcaflow.events.ProblemCandidate;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a file to committed candidates, without a broker. */
class SeedingTest {

  private static final Cluster CLUSTER = new Cluster("none:1", "mock://seeding", "test");
  private static final int TRANSACTION = CandidateWriter.TRANSACTION_RECORDS;

  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final CandidateWriter writer =
      new CandidateWriter("candidates", producer, Serdes.serializer(CLUSTER));
  private final SeedCandidates candidates =
      new SeedCandidates(
          "seeds", new Forms(Columns.KNOWN), new KnownCandidates.InMemory(new IdToLongMap()));
  private final List<Seeding.Seeded> progress = new ArrayList<>();

  @TempDir Path folder;

  @Test
  void everyRowIsCommittedUnderItsProblemId() throws IOException {
    seed(Files.writeString(folder.resolve("seeds.jsonl"), rows(3)), Long.MAX_VALUE);
    assertThat(producer.history())
        .extracting(record -> new String(record.key(), StandardCharsets.UTF_8))
        .containsExactlyElementsOf(
            committed().stream().map(ProblemCandidate::getProblemId).toList());
    assertThat(committed())
        .extracting(ProblemCandidate::getQuestion)
        .containsExactly("How many is 0?", "How many is 1?", "How many is 2?");
  }

  @Test
  void progressIsReportedAfterEachTransactionAndAtTheEnd() throws IOException {
    Path file = Files.writeString(folder.resolve("seeds.jsonl"), rows(2 * TRANSACTION + 1));
    seed(file, Long.MAX_VALUE);
    assertThat(progress)
        .extracting(Seeding.Seeded::rows)
        .containsExactly((long) TRANSACTION, 2L * TRANSACTION, 2L * TRANSACTION + 1);
    assertThat(producer.commitCount()).isEqualTo(3);
  }

  @Test
  void noMoreRowsAreReadThanTheLimit() throws IOException {
    seed(Files.writeString(folder.resolve("seeds.jsonl"), rows(5)), 2);
    assertThat(candidates.seeded()).isEqualTo(new Seeding.Seeded(2, 2, 0, 0));
    assertThat(producer.history()).hasSize(2);
  }

  @Test
  void rowsWithoutAnythingNewNeedNoTransaction() throws IOException {
    Path file = Files.writeString(folder.resolve("seeds.jsonl"), rows(3));
    KnownCandidates known = new KnownCandidates.InMemory(new IdToLongMap());
    seed(file, Long.MAX_VALUE, new SeedCandidates("seeds", new Forms(Columns.KNOWN), known));
    seed(file, Long.MAX_VALUE, new SeedCandidates("seeds", new Forms(Columns.KNOWN), known));
    assertThat(producer.commitCount()).isEqualTo(1);
    assertThat(progress).last().isEqualTo(new Seeding.Seeded(3, 0, 3, 0));
  }

  @Test
  void rowsBeforeAFailureAreCommitted() throws IOException {
    byte[] whole = Gzip.packed(noise());
    Path file = Files.write(folder.resolve("cut.gz"), Arrays.copyOf(whole, whole.length - 100));
    assertThatThrownBy(() -> seed(file, Long.MAX_VALUE)).isInstanceOf(Seeding.BadSeedFile.class);
    assertThat(candidates.seeded().rows()).isPositive();
    assertThat(candidates.seeded().rows() % TRANSACTION)
        .as("the failure is in the middle of a transaction")
        .isPositive();
    assertThat(producer.history()).hasSize((int) candidates.seeded().written());
  }

  @Test
  void aSeederThatAnotherOneDisplacedSaysSo() throws IOException {
    Path file = Files.writeString(folder.resolve("seeds.jsonl"), rows(3));
    producer.commitTransactionException = new ProducerFencedException("a newer epoch");
    assertThatThrownBy(() -> seed(file, Long.MAX_VALUE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("another process has begun to let problems into this run");
  }

  private void seed(Path file, long limit) {
    seed(file, limit, candidates);
  }

  private void seed(Path file, long limit, SeedCandidates into) {
    try (SeedRows rows = SeedFile.open(file)) {
      Seeding.copy(rows, into, writer, limit, progress::add);
    }
  }

  /** What the mock broker has committed. */
  private List<ProblemCandidate> committed() {
    return producer.history().stream().map(ProducerRecord::value).map(this::candidate).toList();
  }

  private ProblemCandidate candidate(byte[] value) {
    return Serdes.<ProblemCandidate>deserializer(CLUSTER).deserialize("candidates", value);
  }

  private static String rows(int count) {
    return IntStream.range(0, count)
        .mapToObj("{\"question\":\"How many is %d?\"}"::formatted)
        .collect(Collectors.joining("\n"));
  }

  private static String noise() {
    Random random = new Random(7);
    return IntStream.range(0, 20_000)
        .mapToObj(i -> "{\"question\":\"How many is %d?\"}".formatted(random.nextLong()))
        .collect(Collectors.joining("\n"));
  }
}
