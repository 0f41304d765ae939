package orcaflow.streams.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import orcaflow.events.Completion;
import orcaflow.events.Demonstration;
import orcaflow.events.GradedRollout;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.PreferencePair;
import orcaflow.events.SampledTokens;
import orcaflow.events.StudentRollout;
import orcaflow.events.TeacherSolution;
import orcaflow.schemas.Ids;
import orcaflow.streams.Events;
import orcaflow.streams.grade.Grading;
import orcaflow.streams.grade.Judge;
import orcaflow.streams.pair.Labelling.Demonstrations;
import orcaflow.streams.pair.Labelling.Kto;
import orcaflow.streams.pair.Labelling.Pairs;
import orcaflow.streams.pair.Labelling.Positives;
import orcaflow.streams.pair.Labelling.Solved;
import orcaflow.streams.pair.Labelling.SyntheticNegatives;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairingTest {

  private static final String QUESTION = "How many?";
  private static final TeacherSolution SEVEN = Events.solution(QUESTION, "7");

  /** Rollouts are written by their answers; + desirable, - undesirable; T is the teacher's. */
  @ParameterizedTest
  @CsvSource({
    "student-only,    7 7 8 9,     +0 +1 -2 -3,       0>2 1>3",
    "student-only,    7 7 7 7,     +0 +1 +2 +3,       ''",
    "student-only,    8 9 8 9,     -0 -1 -2 -3,       ''",
    "student-only,    7 red 8 red, +0 -2,             0>2",
    "student-only,    red red red, '',                ''",
    "teacher+student, 7 8 9 9,     +T +0 -1 -2 -3,    T>1 0>2",
    "teacher+student, 7 7 7 7,     +T +0 +1 +2 +3,    ''",
    "teacher+student, 8 9 8 9,     +T -0 -1 -2 -3,    T>0",
    "teacher+student, red red red, +T,                ''",
    "teacher-only,    7 8 9 9,     +T -1 -2 -3,       T>1",
    "teacher-only,    7 7 7 7,     +T,                ''",
    "student-else-teacher, 7 8 9 9,     +0 -1 -2 -3,    0>1",
    "student-else-teacher, 8 9 8 9,     +T -0 -1 -2 -3, T>0",
    "student-else-teacher, red red red, +T,             ''",
  })
  void oneToOne(String positives, String answers, String labels, String pairs) {
    Pairing.Rows rows = rows(labelling(positives, Pairs.ONE_TO_ONE, 4, false), SEVEN, answers);

    assertThat(labels(rows)).isEqualTo(labels);
    assertThat(pairs(rows)).isEqualTo(pairs);
  }

  @ParameterizedTest
  @CsvSource({
    "7 7 8 8, +0 -2",
    "7 8 9 8, +0 -1 -2",
    "8 9 8 9, +T -0 -1",
    "7 7 7 7, ''",
    "7 7 7,   ''",
    "7 7 red, +0",
    "red red, +T",
  })
  void unsolvedSkipsWhatIsSolvedAndAsksTheTeacherWhereNothingIsRight(
      String answers, String labels) {
    Pairing.Rows rows = rows(Labelling.named("unsolved"), SEVEN, answers);

    assertThat(labels(rows)).isEqualTo(labels);
    assertThat(rows.pairs()).isEmpty();
  }

  @Test
  void aSolvedGroupThatIsSkippedSaysSo() {
    GradedRollout group = group(SEVEN, "7 7 7 7");

    assertThat(new Pairing(Labelling.named("unsolved")).whyNone(group))
        .isEqualTo("solved: every rollout is right");
    assertThat(new Pairing(Labelling.named("rollouts")).whyNone(group))
        .isEqualTo("no rollout of the group is a label");
  }

  @ParameterizedTest
  @CsvSource({
    "20, 7 8 9 9,  T>1 0>2 T>2 0>3 T>3 0>1",
    "3,  7 8 9 9,  T>1 0>2 T>2",
    "0,  7 8 9 9,  ''",
    "20, 7 7 7 8,  T>3 0>3 1>3 2>3",
    "20, 8 9 9 9,  T>0 T>1 T>2 T>3",
    "20, 7 7 7 7,  ''",
  })
  void theFullCrossIsCappedAlongItsDiagonals(int cap, String answers, String pairs) {
    assertThat(
            pairs(rows(labelling("teacher+student", Pairs.FULL_CROSS, cap, false), SEVEN, answers)))
        .isEqualTo(pairs);
  }

  @ParameterizedTest
  @CsvSource({
    "8 8 8 8,   ''",
    "8 8.0 8 8, ''",
    "8 8 8 9,   +T -0 -1 -2 -3",
    "8 8 8 7,   +T +3 -0 -1 -2",
    "8 8 8,     +T -0 -1 -2",
    "8 8 8 red, +T -0 -1 -2",
  })
  void fourStudentsThatAgreeFlagTheTeacher(String answers, String labels) {
    Labelling flagging = labelling("teacher+student", Pairs.FULL_CROSS, 20, true);
    Pairing.Rows rows = rows(flagging, SEVEN, answers);

    assertThat(labels(rows)).isEqualTo(labels);
    assertThat(pairs(rows).contains("T")).isEqualTo(labels.contains("T"));
  }

  @Test
  void aTeacherThatMayNotTeachGivesNoRow() {
    TeacherSolution failed = Events.unusable(QUESTION, Optional.of("7"));
    Pairing.Rows rows =
        rows(labelling("teacher+student", Pairs.FULL_CROSS, 20, false), failed, "7 8");

    assertThat(labels(rows)).isEqualTo("+0 -1");
    assertThat(pairs(rows)).isEqualTo("0>1");
  }

  @Test
  void everyRowPointsAtRolloutProblemSeedAndPolicy() {
    Labelling labelling = labelling("teacher+student", Pairs.ONE_TO_ONE, 4, false);
    Pairing.Rows rows = rows(labelling, SEVEN, "7 8");
    String problemId = Ids.problem(QUESTION);

    assertThat(rows.labelled())
        .extracting(
            LabelledCompletion::getResponseId,
            LabelledCompletion::getOrigin,
            LabelledCompletion::getCompletion,
            row -> row.getLineage().getModel())
        .containsExactly(
            tuple(SEVEN.getId(), "teacher", SEVEN.getSolution(), "model-of-solve"),
            tuple(Ids.rollout(problemId, 2, 0), "rollout", "#### 7", "model-of-sample"),
            tuple(Ids.rollout(problemId, 2, 1), "rollout", "#### 8", "model-of-sample"));
    assertThat(rows.labelled())
        .extracting(
            LabelledCompletion::getProblemId,
            LabelledCompletion::getSeed,
            LabelledCompletion::getPolicyVersion,
            LabelledCompletion::getIteration,
            LabelledCompletion::getCorrectCount,
            LabelledCompletion::getLabelling)
        .containsOnly(tuple(problemId, "seed-1", "main-M1-50-abcdef01", 2, 1, labelling.id()));
    PreferencePair pair = rows.pairs().get(0);
    assertThat(pair.getChosen()).isEqualTo(SEVEN.getSolution());
    assertThat(pair.getRejected()).isEqualTo("#### 8");
    assertThat(pair.getId())
        .isEqualTo(
            Ids.row(
                "preference-pair", 2, labelling.id(), SEVEN.getId(), Ids.rollout(problemId, 2, 1)));
  }

  @Test
  void theSameGroupGivesTheSameBytes() throws IOException {
    Labelling labelling = labelling("teacher+student", Pairs.FULL_CROSS, 20, false);
    Pairing.Rows once = rows(labelling, SEVEN, "7 8 9 7");
    Pairing.Rows again = rows(labelling, SEVEN, "7 8 9 7");

    for (int i = 0; i < once.pairs().size(); i++) {
      assertThat(once.pairs().get(i).toByteBuffer()).isEqualTo(again.pairs().get(i).toByteBuffer());
    }
    for (int i = 0; i < once.labelled().size(); i++) {
      assertThat(once.labelled().get(i).toByteBuffer())
          .isEqualTo(again.labelled().get(i).toByteBuffer());
    }
  }

  @Test
  void aSolutionIsADemonstration() {
    Labelling labelling = Labelling.named("rollouts");
    Demonstration demonstration = new Pairing(labelling).demonstration(SEVEN);

    assertThat(demonstration.getId())
        .isEqualTo(Ids.row("demonstration", 0, labelling.id(), SEVEN.getId()));
    assertThat(demonstration.getSolution()).isEqualTo(SEVEN.getSolution());
    assertThat(demonstration.getSolutionId()).isEqualTo(SEVEN.getId());
    assertThat(demonstration.getLabelling()).isEqualTo(labelling.id());
  }

  @Test
  void rowsSayWhichAnswersTheLimitCut() {
    GradedRollout group =
        graded(
            Events.rollout(QUESTION, 2, "#### 7", "#### 8\nSo", "#### 7\nSo", "#### 9"),
            each -> each.setFinishReason(each.getIndex() % 3 == 0 ? "stop" : "length"));
    Pairing.Rows rows =
        new Pairing(labelling("student-only", Pairs.FULL_CROSS, 4, false)).rows(group);

    assertThat(rows.labelled())
        .extracting(row -> shortly(row.getResponseId()), LabelledCompletion::getCut)
        .containsExactlyInAnyOrder(
            tuple("0", false), tuple("1", true), tuple("2", true), tuple("3", false));
    assertThat(rows.pairs())
        .extracting(
            row -> shortly(row.getChosenId()) + ">" + shortly(row.getRejectedId()),
            PreferencePair::getChosenCut,
            PreferencePair::getRejectedCut)
        .contains(tuple("0>1", false, true), tuple("2>1", true, true), tuple("2>3", true, false));
    assertThat(OpenGroups.donor(group, group.getCompletions().get(1)).getCut()).isTrue();
  }

  @Test
  void rowsCarryTheSampledTokensOfAnswersToTheirProblem() {
    GradedRollout group =
        graded(
            Events.rollout(QUESTION, 2, "#### 7", "#### 8", "#### 7", "#### 9"),
            each -> each.setTokens(tokens(each.getIndex())));
    Pairing.Rows rows =
        new Pairing(labelling("teacher+student", Pairs.FULL_CROSS, 20, false)).rows(group);

    assertThat(rows.labelled())
        .extracting(LabelledCompletion::getOrigin, LabelledCompletion::getTokens)
        .containsExactlyInAnyOrder(
            tuple("teacher", null),
            tuple("rollout", tokens(0)),
            tuple("rollout", tokens(1)),
            tuple("rollout", tokens(2)),
            tuple("rollout", tokens(3)));
    assertThat(rows.pairs())
        .extracting(PreferencePair::getChosenTokens, PreferencePair::getRejectedTokens)
        .contains(tuple(tokens(0), tokens(1)), tuple(tokens(2), tokens(3)), tuple(null, tokens(1)));
    Response borrowed = Response.borrowed(OpenGroups.donor(group, group.getCompletions().get(1)));
    assertThat(borrowed.tokens()).as("sampled for another prompt").isEmpty();
  }

  /** The group of a rollout whose completions are changed before. */
  private static GradedRollout graded(
      StudentRollout plain, UnaryOperator<Completion.Builder> change) {
    StudentRollout rollout =
        StudentRollout.newBuilder(plain)
            .setCompletions(
                plain.getCompletions().stream()
                    .map(each -> change.apply(Completion.newBuilder(each)).build())
                    .toList())
            .build();
    return new Grading(Judge.OFF).graded(SEVEN, rollout, Map.of()).orElseThrow();
  }

  private static SampledTokens tokens(int index) {
    return new SampledTokens(List.of(10 + index, 2), List.of(-0.5f, -1f));
  }

  private static Labelling labelling(String positives, Pairs pairs, int cap, boolean flag) {
    Positives whose =
        Map.of(
                "student-only",
                Positives.STUDENT_ONLY,
                "teacher+student",
                Positives.TEACHER_AND_STUDENT,
                "teacher-only",
                Positives.TEACHER_ONLY,
                "student-else-teacher",
                Positives.STUDENT_ELSE_TEACHER)
            .get(positives);
    return new Labelling(
        "test",
        whose,
        SyntheticNegatives.NONE,
        Kto.EACH_RESPONSE_ONCE,
        pairs,
        cap,
        flag,
        Demonstrations.TEACHER,
        Solved.KEEP);
  }

  private static Pairing.Rows rows(Labelling labelling, TeacherSolution solution, String answers) {
    return new Pairing(labelling).rows(group(solution, answers));
  }

  private static GradedRollout group(TeacherSolution solution, String answers) {
    String[] texts =
        List.of(answers.split(" ")).stream().map(answer -> "#### " + answer).toArray(String[]::new);
    return new Grading(Judge.OFF)
        .graded(solution, Events.rollout(QUESTION, 2, texts), Map.of())
        .orElseThrow();
  }

  private static String labels(Pairing.Rows rows) {
    return rows.labelled().stream()
        .map(row -> (row.getDesirable() ? "+" : "-") + shortly(row.getResponseId()))
        .collect(Collectors.joining(" "));
  }

  private static String pairs(Pairing.Rows rows) {
    return rows.pairs().stream()
        .map(row -> shortly(row.getChosenId()) + ">" + shortly(row.getRejectedId()))
        .collect(Collectors.joining(" "));
  }

  private static String shortly(String responseId) {
    for (int i = 0; i < 4; i++) {
      if (responseId.equals(Ids.rollout(Ids.problem(QUESTION), 2, i))) {
        return Integer.toString(i);
      }
    }
    return "T";
  }
}
