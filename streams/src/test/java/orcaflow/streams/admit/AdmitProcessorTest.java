package orcaflow.streams.admit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.nio.file.Path;
import java.util.List;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.events.RejectedCandidate;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topics;
import orcaflow.streams.Events;
import orcaflow.streams.FlowDriver;
import orcaflow.streams.grade.Judge;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdmitProcessorTest {

  private static final String QUESTION = "Tom has 4 apples and buys 3. How many has he?";

  @TempDir Path folder;
  private FlowDriver flow;

  @BeforeEach
  void start() {
    flow = new FlowDriver(Events.recipe(1), Judge.OFF, folder, List.of());
  }

  @AfterEach
  void stop() {
    flow.close();
  }

  @Test
  void aProblemKeepsAllItsCandidateKnew() {
    ProblemCandidate candidate =
        ProblemCandidate.newBuilder(Events.candidate("c1", QUESTION))
            .setExpectedAnswer("7")
            .setSolution("4 + 3 = 7")
            .setSource("gsm8k")
            .build();
    flow.pipe(candidate);

    assertThat(flow.out(Topics.PROBLEMS))
        .containsExactly(
            Problem.newBuilder()
                .setId(Ids.problem(QUESTION))
                .setCandidateId("c1")
                .setQuestion(QUESTION)
                .setExpectedAnswer("7")
                .setSolution("4 + 3 = 7")
                .setSource("gsm8k")
                .setLineage(candidate.getLineage())
                .build());
  }

  @Test
  void everyCandidateIdIsAProblemOrARejection() {
    flow.pipe(
        Events.candidate("c1", QUESTION),
        Events.candidate("c2", QUESTION + "!"),
        Events.malformed("c3", "{oops", "s.jsonl:3: not JSON"),
        Events.malformed("c4", "{oops", "s.jsonl:9: not JSON"),
        Events.candidate("c5", "Too short?"));

    assertThat(flow.out(Topics.PROBLEMS)).extracting(Problem::getCandidateId).containsExactly("c1");
    assertThat(flow.out(Topics.REJECTED_CANDIDATES))
        .extracting(RejectedCandidate::getCandidateId, RejectedCandidate::getReason)
        .containsExactly(
            tuple("c2", "duplicate"),
            tuple("c3", "malformed"),
            tuple("c4", "malformed"),
            tuple("c5", "too-short"));
    assertThat(flow.count("orcaflow.admit.decisions", "decision", "admitted")).isEqualTo(1);
    assertThat(flow.count("orcaflow.admit.decisions", "decision", "malformed")).isEqualTo(2);
  }

  @Test
  void aRedeliveredCandidateMeetsItself() {
    ProblemCandidate winner = Events.candidate("c1", QUESTION);
    ProblemCandidate duplicate = Events.candidate("c2", QUESTION);
    flow.pipe(winner, winner, duplicate, duplicate, winner);

    assertThat(flow.ids(Topics.PROBLEMS)).hasSize(1);
    assertThat(flow.ids(Topics.REJECTED_CANDIDATES))
        .containsExactly(Ids.rejection(Ids.problem(QUESTION), 0));
    assertThat(flow.count("orcaflow.streams.repeated", "stage", "admit")).isEqualTo(3);
  }
}
