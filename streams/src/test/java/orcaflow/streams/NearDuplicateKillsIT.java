package orcaflow.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import orcaflow.events.Lineage;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topics;
import orcaflow.stack.SharedStack;
import orcaflow.stack.Stack;
import orcaflow.stack.TopicCatalogue;
import orcaflow.streams.admit.NearDuplicates.Among;
import orcaflow.testing.Await;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@code kill -9} while near-duplicates are rejected, {@code -Dorcaflow.kills} times. Decisions and
 * evidence are those of an undisturbed service with the requests in the order of {@code
 * admission-requests}. Children come when their parents are admitted, as agents write them.
 */
class NearDuplicateKillsIT {

  private static final int KILLS = Integer.getInteger("orcaflow.kills", 1);
  private static final int FAMILIES = 20 + 10 * KILLS;
  private static final long SEED = 20261123;
  private static final int WORDS = 24;
  private static final Duration LIMIT = Await.LIMIT;

  @TempDir static Path folder;
  private static Stack stack;

  @BeforeAll
  static void start() {
    stack = SharedStack.get();
  }

  @ParameterizedTest
  @EnumSource(names = {"EVERYTHING", "ANCESTORS"})
  void killedAtAnyMomentItDecidesAsAnUndisturbedOne(Among among) throws Exception {
    Cluster cluster = stack.cluster(among.name().toLowerCase(java.util.Locale.ROOT));
    TopicCatalogue.apply(cluster, 3, 1);
    Path state = folder.resolve(cluster.run());
    List<ProblemCandidate> seeds = seeds(new Random(SEED));
    Map<String, ProblemCandidate> written = new HashMap<>();
    RandomKills kills =
        new RandomKills(
            cluster,
            List.of(Topics.PROBLEM_CANDIDATES),
            List.of(Topics.ADMISSION_REQUESTS, Topics.PROBLEMS, Topics.REJECTED_CANDIDATES),
            SEED);
    try (RunTopics topics = new RunTopics(cluster)) {
      for (int kill = 0; kill < KILLS; kill++) {
        int from = seeds.size() * kill / KILLS;
        write(topics, seeds.subList(from, seeds.size() * (kill + 1) / KILLS), written);
        write(topics, childrenOf(topics, written), written);
        kills.runOnce(() -> StreamsHolder.launch(cluster, state, "rollouts", among));
      }
      System.out.printf("%s: %s%n", among, kills.summary());
      end(cluster, state, among, topics, written);
    }
  }

  private static void end(
      Cluster cluster,
      Path state,
      Among among,
      RunTopics topics,
      Map<String, ProblemCandidate> written)
      throws Exception {
    try (StreamsService service =
        StreamsService.start(
            cluster, StreamsHolder.config(state, among), Events.recipe(1, 0.5), List.of())) {
      awaitDecided(topics, written);
      List<ProblemCandidate> children = childrenOf(topics, written);
      write(topics, children, written);
      awaitDecided(topics, written);
      assertThat(service.ended()).isNotCompletedExceptionally();
    }
    List<ProblemCandidate> inOrder =
        topics.read(Topics.ADMISSION_REQUESTS).stream()
            .map(request -> written.get(request.getProblem().getCandidateId()))
            .toList();
    assertThat(new HashSet<>(inOrder)).hasSameSizeAs(inOrder).hasSize(written.size());
    assertDecidedAs(inOrder, among, topics);
    if (among == Among.ANCESTORS) {
      List<ProblemCandidate> parentsFirst = new ArrayList<>(written.values());
      parentsFirst.sort(java.util.Comparator.comparing(c -> c.getLineage().getRound()));
      assertDecidedAs(parentsFirst, among, topics);
    }
    System.out.printf(
        "%s: of %d candidates %d admitted, %d rejected%n",
        among,
        written.size(),
        topics.ids(Topics.PROBLEMS).size(),
        topics.ids(Topics.REJECTED_CANDIDATES).size());
  }

  private static void assertDecidedAs(
      List<ProblemCandidate> inOrder, Among among, RunTopics topics) {
    StreamsConfig config = StreamsHolder.config(folder.resolve("reference"), among);
    try (FlowDriver flow = new FlowDriver(config.admit(), folder.resolve("reference"))) {
      inOrder.forEach(flow::pipeAtOnce);
      assertThat(topics.contents(Topics.PROBLEMS)).isEqualTo(flow.contents(Topics.PROBLEMS));
      assertThat(topics.contents(Topics.REJECTED_CANDIDATES))
          .isNotEmpty()
          .isEqualTo(flow.contents(Topics.REJECTED_CANDIDATES));
    }
  }

  /** Each candidate is a problem or a rejection, and never both. */
  private static void awaitDecided(RunTopics topics, Map<String, ProblemCandidate> written) {
    Await.until(
        "all %d are decided".formatted(written.size()),
        LIMIT,
        () -> decided(topics).size() >= written.size());
    List<String> decided = decided(topics);
    assertThat(decided).doesNotHaveDuplicates().hasSize(written.size());
    assertThat(Set.copyOf(decided)).isEqualTo(written.keySet());
  }

  private static List<String> decided(RunTopics topics) {
    List<String> decided = new ArrayList<>();
    topics.read(Topics.PROBLEMS).forEach(problem -> decided.add(problem.getCandidateId()));
    topics
        .read(Topics.REJECTED_CANDIDATES)
        .forEach(rejected -> decided.add(rejected.getCandidateId()));
    return decided;
  }

  /** Every candidate twice, as agents that were killed may write it. */
  private static void write(
      RunTopics topics, List<ProblemCandidate> candidates, Map<String, ProblemCandidate> written) {
    candidates.forEach(candidate -> written.put(candidate.getId(), candidate));
    topics.write(candidates);
    topics.write(candidates);
  }

  /** Three similar variants of each family's problem; problems of two families are not similar. */
  private static List<ProblemCandidate> seeds(Random random) {
    List<ProblemCandidate> seeds = new ArrayList<>();
    for (int family = 0; family < FAMILIES; family++) {
      String text = text("family-" + family);
      seeds.add(Events.candidate("s%d-0".formatted(family), text));
      seeds.add(Events.candidate("s%d-1".formatted(family), changed(text, 2)));
      seeds.add(Events.candidate("s%d-2".formatted(family), changed(text, WORDS - 3)));
    }
    Collections.shuffle(seeds, random);
    return seeds;
  }

  /** Of each admitted seed that has none yet two: nearly the parent, and something else. */
  private static List<ProblemCandidate> childrenOf(
      RunTopics topics, Map<String, ProblemCandidate> written) {
    return topics.read(Topics.PROBLEMS).stream()
        .filter(problem -> problem.getLineage().getRound() == 0)
        .flatMap(
            parent ->
                List.of(
                    child(parent, 0, changed(parent.getQuestion(), WORDS / 2)),
                    child(parent, 1, text(parent.getId())))
                    .stream())
        .filter(child -> !written.containsKey(child.getId()))
        .toList();
  }

  private static ProblemCandidate child(Problem parent, int index, String question) {
    String id = Ids.candidate(parent.getId(), "suggest-and-edit", 1, index);
    return ProblemCandidate.newBuilder(Events.candidate(id, question))
        .setLineage(
            Lineage.newBuilder(Events.lineage("suggest-and-edit"))
                .setParent(parent.getId())
                .setRound(1)
                .setIndex(index)
                .build())
        .build();
  }

  /** Words that nobody else has. */
  private static String text(String name) {
    return IntStream.range(0, WORDS)
        .mapToObj(i -> "w" + letters(Ids.hash(name, Integer.toString(i))))
        .collect(Collectors.joining(" "));
  }

  private static String changed(String text, int place) {
    String[] words = text.split(" ");
    words[place] = words[place] + "x";
    return String.join(" ", words);
  }

  /** Eight letters of a hash. */
  private static String letters(String hash) {
    return hash.substring(0, 8)
        .chars()
        .mapToObj(c -> Character.toString('a' + c % 16))
        .collect(Collectors.joining());
  }
}
