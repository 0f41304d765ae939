package orcaflow.streams.grade;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import orcaflow.events.CheckValue;
import orcaflow.events.GradedRollout;
import orcaflow.events.StudentRollout;
import orcaflow.events.TeacherSolution;
import orcaflow.events.VerdictDisagreement;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topics;
import orcaflow.streams.Events;
import orcaflow.streams.FlowDriver;
import orcaflow.streams.StreamsConfig;
import orcaflow.streams.pair.Labelling;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A judge that is wrong about plain numbers is what the second checker is for. */
class SecondCheckProcessorTest {

  private static final String QUESTION = "How many apples are left when she sells 9 of 16 apples?";
  private static final TeacherSolution SEVEN = Events.solution(QUESTION, "7");
  private static final StudentRollout GROUP =
      Events.rollout(QUESTION, 2, "#### 7", "#### 8", "#### red", "#### 7.0");

  @TempDir Path folder;

  @Test
  void writesWhatItContradictsAndChangesNoVerdict() {
    try (FlowDriver flow = driver(true)) {
      judgeAllAsMatch(flow);

      List<VerdictDisagreement> found = flow.out(Topics.VERDICT_DISAGREEMENTS);
      assertThat(found)
          .singleElement()
          .satisfies(
              event -> {
                assertThat(event.getId()).isEqualTo(Ids.rollout(GROUP.getProblemId(), 2, 1));
                assertThat(event.getProblemId()).isEqualTo(GROUP.getProblemId());
                assertThat(event.getCompletion()).isEqualTo("#### 8");
                assertThat(event.getReferenceAnswer()).isEqualTo("7");
                assertThat(event.getVerdict()).isEqualTo(VerdictValue.MATCH);
                assertThat(event.getReason()).startsWith("judge:");
                assertThat(event.getSecondResult()).isEqualTo(CheckValue.DIFFERENT);
                assertThat(event.getSecondReason()).isEqualTo("other numbers: wanted 7, given 8");
              });
      assertThat(flow.count("orcaflow.grade.disagreements")).isEqualTo(1);
      assertThat(verdicts(flow)).containsOnly(VerdictValue.MATCH).hasSize(4);
    }
  }

  @Test
  void isOffUnlessItIsConfigured() {
    try (FlowDriver flow = driver(false)) {
      judgeAllAsMatch(flow);

      assertThat(verdicts(flow)).hasSize(4);
      assertThat(flow.out(Topics.VERDICT_DISAGREEMENTS)).isEmpty();
    }
    assertThat(StreamsConfig.defaults().grade().secondChecker()).isFalse();
  }

  private static void judgeAllAsMatch(FlowDriver flow) {
    flow.pipe(GROUP, SEVEN);
    for (int index = 0; index < 4; index++) {
      flow.pipe(Events.verdict(GROUP, index, VerdictValue.MATCH));
    }
  }

  private static List<VerdictValue> verdicts(FlowDriver flow) {
    return flow.out(Topics.GRADED_ROLLOUTS).stream()
        .map(GradedRollout::getCompletions)
        .flatMap(List::stream)
        .map(completion -> completion.getVerdict())
        .toList();
  }

  private FlowDriver driver(boolean secondChecker) {
    StreamsConfig embedded = StreamsConfig.embedded(folder);
    StreamsConfig config =
        new StreamsConfig(
            embedded.observe(),
            embedded.engine(),
            embedded.admit(),
            embedded.schedule(),
            new StreamsConfig.Grade(Judge.ALL, 30, secondChecker),
            embedded.pair());
    return new FlowDriver(Events.recipe(1), config, Labelling.named("rollouts"));
  }
}
