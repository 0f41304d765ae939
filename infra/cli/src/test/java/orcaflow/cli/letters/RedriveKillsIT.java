package orcaflow.cli.letters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.ClientSettings;
import orcaflow.stack.SharedStack;
import orcaflow.stack.Stack;
import orcaflow.testing.Await;
import orcaflow.testing.ChildCommand;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A redrive that is killed, and two at once: no letter is lost and none is written twice. */
@Timeout(Await.LIMIT_SECONDS)
class RedriveKillsIT {

  private static final int KILLS = Integer.getInteger("orcaflow.kills.redrive", 10);
  private static final int LETTERS = 2_000;
  private static final long LONGEST_BEFORE = 2_000;
  private static final long LONGEST_AFTER = 1_000;

  private static Stack stack;

  @BeforeAll
  static void start() {
    stack = SharedStack.get();
  }

  @Test
  void aRedriveThatIsKilledAtAnyMomentIsContinuedByTheNext() throws Exception {
    RedriveLab lab = RedriveLab.on(stack, "kills", 3);
    List<String> keys = keys(0, KILLS * LETTERS);
    Random random = new Random(20240214);
    List<Integer> written = new ArrayList<>();
    int inside = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      lab.writeLetters(Topics.PROBLEMS, keys.subList(kill * LETTERS, (kill + 1) * LETTERS));
      // Every second one while records are written, the others at any time from the start.
      boolean writing = kill % 2 == 0;
      long millis = random.nextLong(writing ? LONGEST_AFTER : LONGEST_BEFORE);
      inside += killed(lab, writing, millis) ? 1 : 0;
      written.add(lab.committed(Topics.PROBLEMS));
    }
    System.out.printf(
        "kills inside a redrive: %d of %d, written after each: %s%n", inside, KILLS, written);
    try (Redrive redrive = new Redrive(lab.cluster())) {
      redrive.run(List.of(Topics.PROBLEMS), LetterFilter.ALL);
    }
    assertThat(inside).as("kills before the end").isPositive();
    assertThat(keysOf(lab)).containsExactlyInAnyOrderElementsOf(keys);
    assertThat(lab.letters(Topics.PROBLEMS)).hasSize(2 * keys.size());
    try (Redrive redrive = new Redrive(lab.cluster())) {
      assertThat(redrive.run(List.of(Topics.PROBLEMS), LetterFilter.ALL).letters()).isZero();
    }
    assertThat(keysOf(lab)).hasSize(keys.size());
  }

  @Test
  void aTransactionThatAPredecessorLeftOpenIsAbortedAndItsLettersAreRedriven() {
    RedriveLab lab = RedriveLab.on(stack, "left-open", 1);
    lab.writeLetters(Topics.PROBLEMS, keys(0, 3));
    try (KafkaProducer<byte[], byte[]> dead = producer(lab.cluster())) {
      dead.initTransactions();
      dead.beginTransaction();
      dead.send(
          new ProducerRecord<>(
              Topics.PROBLEMS.in(lab.cluster().run()),
              RedriveLab.bytes("problem-0"),
              RedriveLab.bytes("value of problem-0")));
      dead.flush();
      try (Redrive redrive = new Redrive(lab.cluster())) {
        assertThat(redrive.run(List.of(Topics.PROBLEMS), LetterFilter.ALL).letters()).isEqualTo(3);
      }
      assertThatThrownBy(dead::commitTransaction).isInstanceOf(RuntimeException.class);
    }
    assertThat(keysOf(lab)).containsExactlyInAnyOrderElementsOf(keys(0, 3));
  }

  @Test
  void ofTwoAtOnceEachLetterIsWrittenOnce() throws Exception {
    RedriveLab lab = RedriveLab.on(stack, "two", 3);
    List<String> keys = keys(0, LETTERS);
    lab.writeLetters(Topics.PROBLEMS, keys);
    List<String> ends = new ArrayList<>();
    List<Thread> threads =
        IntStream.range(0, 2)
            .mapToObj(
                i ->
                    new Thread(
                        () -> {
                          try (Redrive redrive = new Redrive(lab.cluster())) {
                            redrive.run(List.of(Topics.PROBLEMS), LetterFilter.ALL);
                            synchronized (ends) {
                              ends.add("done");
                            }
                          } catch (RuntimeException e) {
                            synchronized (ends) {
                              ends.add(e.getMessage());
                            }
                          }
                        }))
            .toList();
    for (Thread thread : threads) {
      thread.start();
      Thread.sleep(300);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(ends).contains("done");
    assertThat(ends).isSubsetOf("done", "another redrive of run 'two' has started and taken over");
    assertThat(keysOf(lab)).containsExactlyInAnyOrderElementsOf(keys);
  }

  /** Whether the child was killed before it had ended by itself. */
  private static boolean killed(RedriveLab lab, boolean writing, long afterMillis)
      throws IOException, InterruptedException {
    Cluster cluster = lab.cluster();
    long before = lab.written(Topics.PROBLEMS);
    Process child =
        new ProcessBuilder(
                ChildCommand.of(
                    256,
                    RedriveChild.class,
                    List.of(cluster.bootstrap(), cluster.registry(), cluster.run())))
            .redirectErrorStream(true)
            .start();
    try (BufferedReader output =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      String line = output.readLine();
      while (line != null && !line.equals("begin")) {
        line = output.readLine();
      }
      while (writing && child.isAlive() && lab.written(Topics.PROBLEMS) == before) {
        Thread.sleep(5);
      }
      boolean ended = child.waitFor(afterMillis, TimeUnit.MILLISECONDS);
      child.destroyForcibly().waitFor();
      return !ended;
    }
  }

  private static List<String> keys(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "problem-" + i).toList();
  }

  private static List<String> keysOf(RedriveLab lab) {
    return lab.records(Topics.PROBLEMS).stream()
        .map(record -> new String(record.key(), StandardCharsets.UTF_8))
        .toList();
  }

  private static KafkaProducer<byte[], byte[]> producer(Cluster cluster) {
    return new KafkaProducer<>(
        ClientSettings.transactionalProducer(cluster, "redrive"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }
}
