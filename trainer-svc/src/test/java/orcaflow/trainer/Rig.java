package orcaflow.trainer;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import orcaflow.events.Demonstration;
import orcaflow.events.Iteration;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.Lineage;
import orcaflow.events.OffsetRange;
import orcaflow.events.PreferencePair;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.ConfigFile;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.RecordPosition;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.schemas.recipe.RecipeFile;
import orcaflow.stack.AccessRules;
import orcaflow.stack.PartTopics;
import orcaflow.testing.Await;
import orcaflow.trainer.log.KafkaAccess;
import orcaflow.trainer.log.StoredEvent;
import orcaflow.trainer.log.TopicFollower;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A run on a real broker, the rows other stages would have written, and a look at what came out.
 */
public final class Rig {

  public static final int PARTITIONS = 2;
  public static final String RECIPE_ID = "small@0123456789ab";
  private static final Duration PATIENCE = Await.LIMIT;

  private final Cluster cluster;

  /** Creates the trainer's topics. */
  public Rig(Cluster cluster) {
    this.cluster = cluster;
    PartTopics.create(cluster, PARTITIONS, AccessRules.Part.TRAINER);
  }

  public Cluster cluster() {
    return cluster;
  }

  /** Starts the trainer of this run with a recipe that is in no file. */
  public TrainerService start(TrainerConfig config, Recipe recipe) {
    return TrainerService.start(cluster, config, new RecipeFile(recipe, "", RECIPE_ID));
  }

  /** What a service shows at a path of its monitoring. */
  public static String observed(TrainerService service, String path) {
    return Http.get("http://127.0.0.1:" + service.monitoringPort() + path).body();
  }

  /** Three iterations for a student that learns in seconds. */
  public static Recipe recipe(int steps, String second) {
    return recipe(steps, second, "");
  }

  /**
   * The same with settings of one's own.
   *
   * @param second put at the end of the second iteration
   * @param first put into the first
   */
  public static Recipe recipe(int steps, String second, String first) {
    return ConfigFile.parse(
        "r.yaml", recipeText(steps, second, first), Recipe.class, "NONE", Map.of());
  }

  public static String recipeText(int steps, String second, String first) {
    return """
        name: small
        seed: 5
        expansion: { askShare: 0, rounds: 0 }
        student: { hidden: 32, layers: 2, heads: 2, keyValueHeads: 1, feedForward: 64, context: 64, words: 200 }
        rollouts: { samples: 4, temperature: 0.7, topP: 0.95, maxTokens: 16 }
        evaluation: { samples: 1, temperature: 0.7, topP: 0.95, maxTokens: 16 }
        labelling: rollouts
        iterations:
          - { name: M1, algorithm: sft, %ssteps: %d, batch: 16, learningRate: 3e-3, warmup: 5, schedule: cosine, finalFraction: 0.05, weightDecay: 0.01, beta2: 0.95, clip: 1.0 }
          - { name: M2, algorithm: kto, share: 1, steps: 12, batch: 8, learningRate: 1e-4, warmup: 2, schedule: linear, finalFraction: 0, beta: 0.1, weightDecay: 0.01, beta2: 0.95, clip: 1.0, weightRatio: 1.16%s }
          - { name: M3, algorithm: kto, share: 1, steps: 12, batch: 8, learningRate: 1e-4, warmup: 2, schedule: linear, finalFraction: 0, beta: 0.1, weightDecay: 0.01, beta2: 0.95, clip: 1.0, weightRatio: 1.16 }
        """
        .formatted(first, steps, second);
  }

  /**
   * SFT, then KTO without an end.
   *
   * @param rows that open each iteration of KTO
   */
  public static Recipe endlessRecipe(int steps, int rows) {
    return endlessRecipe(steps, rows, "groupByLength: false");
  }

  /**
   * The same with a further key.
   *
   * @param key of each iteration of KTO, with its value
   */
  public static Recipe endlessRecipe(int steps, int rows, String key) {
    String text = endlessText(steps, rows).replace("name: M,", "name: M, %s,".formatted(key));
    return ConfigFile.parse("endless.yaml", text, Recipe.class, "NONE", Map.of());
  }

  /**
   * The same with a gate.
   *
   * @param rate learning rate of KTO
   */
  public static Recipe gatedRecipe(int steps, int rows, String rate, double margin) {
    String text = endlessText(steps, rows).replace("learningRate: 1e-4", rate);
    return ConfigFile.parse(
        "gated.yaml",
        text + "\ngate: { margin: %s }\n".formatted(margin),
        Recipe.class,
        "NONE",
        Map.of());
  }

  private static String endlessText(int steps, int rows) {
    return recipeText(steps, "", "")
        .lines()
        .filter(line -> !line.contains("name: M3"))
        .map(
            line ->
                line.contains("name: M2")
                    ? line.replaceFirst(
                        " *- \\{ name: M2,", "continuous: { name: M, rows: %d,".formatted(rows))
                    : line)
        .collect(Collectors.joining("\n"));
  }

  /** Demonstrations of sums, in two answer styles. */
  public static List<Demonstration> demonstrations(int count) {
    return IntStream.range(0, count).mapToObj(Rig::demonstration).toList();
  }

  /** A demonstration of any text. */
  public static Demonstration demonstration(String question, String solution) {
    String id = Ids.problem(question);
    return Demonstration.newBuilder()
        .setId(Ids.row("demonstration", 0, "rollouts@1", id))
        .setProblemId(id)
        .setQuestion(question)
        .setSolution(solution)
        .setSolutionId(Ids.solution(id))
        .setLabelling("rollouts@1")
        .setLineage(lineage())
        .build();
  }

  /** Four labelled answers to each of some questions, every second one wrong. */
  public static List<LabelledCompletion> completions(int problems, int iteration) {
    List<LabelledCompletion> rows = new ArrayList<>();
    for (int p = 0; p < problems; p++) {
      for (int i = 0; i < 4; i++) {
        rows.add(completion(p, i, iteration));
      }
    }
    return rows;
  }

  /** As if they had been read, from two partitions in turn. */
  public static <T extends SpecificRecord> List<StoredEvent<T>> stored(List<T> events) {
    return IntStream.range(0, events.size())
        .mapToObj(
            i -> new StoredEvent<>(events.get(i), new RecordPosition("run.rows", i % 2, i / 2)))
        .toList();
  }

  /** A right answer preferred to a wrong one, for each of some questions. */
  public static List<PreferencePair> pairs(int problems, int iteration) {
    return IntStream.range(0, problems).mapToObj(p -> pair(p, iteration)).toList();
  }

  public static String question(int i) {
    return "Ann has %d apples. She finds %d more. How many apples does Ann have now?"
        .formatted(i % 7 + 1, i / 7 % 9 + 1);
  }

  public static int answer(int i) {
    return i % 7 + 1 + i / 7 % 9 + 1;
  }

  /** Writes events as other stages do, and waits until they are there. */
  public <T extends SpecificRecord> void write(Topic<T> topic, List<T> events) {
    Map<String, Object> settings = cluster.clientSettings();
    try (KafkaProducer<String, T> producer =
        new KafkaProducer<>(settings, new StringSerializer(), Serdes.<T>serializer(cluster))) {
      events.forEach(
          event ->
              producer.send(
                  new ProducerRecord<>(
                      topic.in(cluster.run()), topic.keyOf().apply(event), event)));
      producer.flush();
    }
  }

  /** Everything committed in a topic. */
  public <T extends SpecificRecord> List<T> read(Topic<T> topic) {
    try (TopicFollower<T> follower =
        new TopicFollower<>(KafkaAccess.unwatched(cluster), "rig", topic)) {
      return follower.pollToEnd();
    }
  }

  /** Opens an iteration on all that its topic holds. */
  public void open(int number, String name, String algorithm, Topic<?> topic) {
    write(
        Topics.ITERATIONS,
        List.of(
            Iteration.newBuilder()
                .setId(cluster.run() + "/" + name)
                .setNumber(number)
                .setName(name)
                .setAlgorithm(algorithm)
                .setRecipe("small@test")
                .setRanges(ranges(topic))
                .setTime(Instant.EPOCH)
                .build()));
  }

  /** Waits for a fact; the message is for the day it does not come. */
  public static void await(String fact, BooleanSupplier holds) {
    await(fact, PATIENCE, holds);
  }

  /** Waits longer, or shorter. */
  public static void await(String fact, Duration patience, BooleanSupplier holds) {
    Await.until(fact, patience, holds);
  }

  private <T extends SpecificRecord> List<OffsetRange> ranges(Topic<T> topic) {
    try (TopicFollower<T> follower =
        new TopicFollower<>(KafkaAccess.unwatched(cluster), "rig", topic)) {
      follower.pollToEnd();
      return follower.positions().entrySet().stream()
          .map(p -> new OffsetRange(topic.in(cluster.run()), p.getKey(), 0L, p.getValue()))
          .toList();
    }
  }

  private static Demonstration demonstration(int i) {
    String worked = "%d + %d = %d #### %d";
    return demonstration(
        question(i),
        i % 2 == 0
            ? worked.formatted(i % 7 + 1, i / 7 % 9 + 1, answer(i), answer(i))
            : "#### " + answer(i));
  }

  /** A row whose answer the teacher wrote. */
  public static LabelledCompletion fromTeacher(int problem, int iteration) {
    return completion(problem, 0, iteration, "teacher");
  }

  /** The i-th answer to a problem; the even ones are right. */
  public static LabelledCompletion completion(int p, int i, int iteration) {
    return completion(p, i, iteration, "rollout");
  }

  private static LabelledCompletion completion(int p, int i, int iteration, String origin) {
    String id = Ids.problem(question(p));
    String rollout = Ids.rollout(id, iteration, i);
    boolean right = i % 2 == 0;
    return LabelledCompletion.newBuilder()
        .setId(Ids.row("labelled", iteration, "rollouts@1", rollout))
        .setProblemId(id)
        .setQuestion(question(p))
        .setCompletion("#### " + (right ? answer(p) : answer(p) + i))
        .setDesirable(right)
        .setIteration(iteration)
        .setOrigin(origin)
        .setResponseId(rollout)
        .setSeed("seed")
        .setPolicyVersion("some")
        .setCorrectCount(2)
        .setLabelling("rollouts@1")
        .setLineage(lineage())
        .build();
  }

  /** A right and a wrong answer to a problem. */
  public static PreferencePair pair(int p, int iteration) {
    String id = Ids.problem(question(p));
    return PreferencePair.newBuilder()
        .setId(Ids.row("pair", iteration, "rollouts@1", id))
        .setProblemId(id)
        .setQuestion(question(p))
        .setChosen("#### " + answer(p))
        .setRejected("#### " + (answer(p) + 1))
        .setChosenId(Ids.rollout(id, iteration, 0))
        .setRejectedId(Ids.rollout(id, iteration, 1))
        .setIteration(iteration)
        .setSeed("seed")
        .setPolicyVersion("some")
        .setCorrectCount(1)
        .setLabelling("rollouts@1")
        .setLineage(lineage())
        .build();
  }

  private static Lineage lineage() {
    return Lineage.newBuilder()
        .setSeed("seed")
        .setAgent("seed")
        .setRound(0)
        .setIndex(0)
        .setTime(Instant.EPOCH)
        .build();
  }
}
