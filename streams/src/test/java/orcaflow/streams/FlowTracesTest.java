package orcaflow.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import orcaflow.events.Lineage;
import orcaflow.events.ProblemCandidate;
import orcaflow.events.StudentRollout;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.TraceParent;
import orcaflow.schemas.log.LetterHeaders;
import orcaflow.streams.admit.AdmitSettings;
import orcaflow.streams.admit.Benchmarks;
import orcaflow.streams.admit.NearDuplicates;
import orcaflow.streams.grade.Judge;
import orcaflow.streams.pair.Labelling;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The header {@code traceparent} of what the stages write: through joins, stores and timers. */
class FlowTracesTest {

  private static final String APPLES = "Tom has 4 apples and buys 3. How many has he?";
  private static final String PEARS = "Ann has 9 pears and eats 2. How many has she?";
  private static final Map<String, String> SEEDS =
      Map.of(
          Ids.problem(APPLES),
          Ids.hash("seed of apples"),
          Ids.problem(PEARS),
          Ids.hash("of pears"));

  @TempDir Path folder;
  private int drivers;

  @Test
  void allThatIsMadeOfASeedIsInItsTrace() {
    try (FlowDriver flow = driver()) {
      run(flow, everything());

      Map<String, Set<String>> traces = new TreeMap<>();
      for (Topic<?> topic : topics()) {
        for (TestRecord<String, SpecificRecord> record : flow.records(topic)) {
          String problem = (String) field(record.value(), "problemId", record.key());
          TraceParent parent = TraceParent.in(record.headers()).orElseThrow();
          assertThat(parent.traceId()).as(record.toString()).isEqualTo(SEEDS.get(problem));
          traces.computeIfAbsent(topic.name(), name -> new HashSet<>()).add(parent.traceId());
        }
      }
      assertThat(traces.keySet())
          .as("a topic of each kind was written")
          .contains(
              "problems",
              "rejected-candidates",
              "rollout-requests",
              "verdict-requests",
              "graded-rollouts",
              "open-groups",
              "demonstrations",
              "labelled-completions",
              "stage-outcomes");
      assertThat(traces.get("labelled-completions")).hasSize(2);
      assertThat(flow.out(Topics.LABELLED_COMPLETIONS))
          .as("an answer was borrowed, and its row's lineage is of another seed")
          .anyMatch(row -> !row.getSeed().equals(row.getLineage().getSeed()));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void theHeadersDoNotDependOnTheOrderOfArrival(long seed) {
    List<SpecificRecord> shuffled = new ArrayList<>(everything());
    Collections.shuffle(shuffled, new Random(seed));
    assertThat(headersAfter(shuffled)).isEqualTo(headersAfter(everything()));
  }

  /** A redriven record, or one from elsewhere, has headers that are not those of its outputs. */
  @Test
  void theHeadersOfAnInputDoNotPass() {
    Headers strange =
        new RecordHeaders()
            .add(TraceParent.HEADER, "00-".getBytes(StandardCharsets.UTF_8))
            .add(LetterHeaders.REDRIVEN, "1".getBytes(StandardCharsets.UTF_8))
            .add("baggage", new byte[8]);
    AdmitSettings comparing =
        new AdmitSettings(20, 4000)
            .with(new NearDuplicates(NearDuplicates.Among.EVERYTHING, 0.7, 3, false));
    try (FlowDriver flow = new FlowDriver(comparing, folder.resolve("state"))) {
      flow.pipe(Topics.PROBLEM_CANDIDATES, candidate("c1", APPLES), strange);
      flow.pipe(Topics.ADMISSION_REQUESTS, flow.out(Topics.ADMISSION_REQUESTS).get(0), strange);
      for (Topic<?> topic :
          List.of(Topics.ADMISSION_REQUESTS, Topics.PROBLEMS, Topics.REJECTED_CANDIDATES)) {
        assertThat(flow.records(topic))
            .as(topic.name())
            .isNotEmpty()
            .allSatisfy(
                record ->
                    assertThat(record.headers())
                        .extracting(Header::key)
                        .containsExactly(TraceParent.HEADER));
      }
    }
  }

  private Map<String, String> headersAfter(List<SpecificRecord> events) {
    Map<String, String> headers = new TreeMap<>();
    try (FlowDriver flow = driver()) {
      run(flow, events);
      for (Topic<?> topic : topics()) {
        for (TestRecord<String, SpecificRecord> record : flow.records(topic)) {
          String id = topic.name() + "/" + field(record.value(), "id", "");
          headers.put(id, TraceParent.in(record.headers()).orElseThrow().text());
        }
      }
    }
    return headers;
  }

  private static void run(FlowDriver flow, List<SpecificRecord> events) {
    events.forEach(flow::pipe);
    flow.pipe(Events.policy(1));
    flow.pass(Duration.ofSeconds(31));
    flow.close(2);
  }

  /** A right and a mixed group, a part that does not come, a verdict, a duplicate. */
  private static List<SpecificRecord> everything() {
    StudentRollout doubtful = Events.rollout(PEARS, 2, "#### red", "#### 8", "#### 9");
    List<SpecificRecord> events =
        List.of(
            candidate("c1", APPLES),
            candidate("c2", PEARS),
            candidate("c3", APPLES),
            Events.solution(APPLES, "7"),
            Events.solution(PEARS, "7"),
            Events.rollout(APPLES, 2, "#### 7", "#### 7", "#### 7", "#### 7"),
            Events.part(doubtful, 0, 0, 1),
            Events.verdict(doubtful, 0, VerdictValue.MISMATCH));
    events.forEach(FlowTracesTest::seed);
    return events;
  }

  private static ProblemCandidate candidate(String id, String question) {
    ProblemCandidate candidate = Events.candidate(id, question);
    seed(candidate);
    return candidate;
  }

  private static void seed(SpecificRecord event) {
    String problem = (String) field(event, "problemId", "");
    Lineage before = (Lineage) field(event, "lineage", null);
    event.put(
        event.getSchema().getField("lineage").pos(),
        Lineage.newBuilder(before).setSeed(SEEDS.get(problem)).build());
  }

  private static Object field(SpecificRecord event, String name, Object otherwise) {
    var field = event.getSchema().getField(name);
    return field == null ? otherwise : event.get(field.pos());
  }

  private static List<Topic<?>> topics() {
    return List.of(
        Topics.PROBLEMS,
        Topics.REJECTED_CANDIDATES,
        Topics.ROLLOUT_REQUESTS,
        Topics.VERDICT_REQUESTS,
        Topics.GRADED_ROLLOUTS,
        Topics.SOLVE_RATES,
        Topics.OPEN_GROUPS,
        Topics.DEMONSTRATIONS,
        Topics.LABELLED_COMPLETIONS,
        Topics.PREFERENCE_PAIRS,
        Topics.STAGE_OUTCOMES);
  }

  private FlowDriver driver() {
    StreamsConfig config = StreamsConfig.embedded(folder.resolve("state-" + drivers++));
    return new FlowDriver(
        Events.recipe(1),
        Judge.UNDECIDED,
        config.engine().stateDir(),
        Benchmarks.read(List.of()),
        Labelling.named("paper"));
  }
}
