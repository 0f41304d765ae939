package orcaflow.trainer.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import orcaflow.events.LabelledCompletion;
import orcaflow.schemas.ConfigFile;
import orcaflow.schemas.log.RecordPosition;
import orcaflow.schemas.recipe.IterationSpec;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.trainer.ReferenceFiles;
import orcaflow.trainer.Rig;
import orcaflow.trainer.Students;
import orcaflow.trainer.Trainee;
import orcaflow.trainer.learn.SequenceLoss;
import orcaflow.trainer.learn.StepResult;
import orcaflow.trainer.model.LogProbs;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.tokenizer.Example;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** GSPO's loss against its formula, its groups, and what a step does to log-probabilities. */
class GspoTest {

  private static final Offset<Double> EXACT = within(1e-9);
  private static final Weights REFERENCE = Students.lively(Students.TINY, 1);

  /** Group a is mixed, b is all right, c all wrong, d has one right of three. */
  private static final List<GroupedExample> ROWS =
      rows("a+", "a-", "b+", "b+", "c-", "c-", "a+", "d-", "d+", "a-", "d-");

  @Test
  void theGradientsAreThoseOfTheLoss() {
    double[] reference = {-10, -8, -30, -4, -12, -9};
    double[] policy = {-9.99, -8.4, -29.5, -4.01, -12.6, -8.99};
    int[] lengths = {4, 5, 20, 3, 6, 7};
    double[] advantages = {1, 1, 1, -1, -1, -1};
    Gspo.Loss loss = Gspo.Loss.of(policy, reference, lengths, advantages, new boolean[6], 45);
    // The third's ratio is above 1.014 and its advantage positive, the fifth's is below 0.99 and
    // its advantage negative: both are clipped. The second's is below and moves on.
    assertThat(loss.gradients()[2]).isZero();
    assertThat(loss.gradients()[4]).isZero();
    for (int i = 0; i < policy.length; i++) {
      double step = 1e-6;
      double[] up = policy.clone();
      up[i] += step;
      double[] down = policy.clone();
      down[i] -= step;
      double slope =
          (Gspo.Loss.of(up, reference, lengths, advantages, new boolean[6], 45).loss()
                  - Gspo.Loss.of(down, reference, lengths, advantages, new boolean[6], 45).loss())
              / (2 * step);
      assertThat(loss.gradients()[i]).isCloseTo(slope, within(1e-8));
    }
  }

  @Test
  void anAdvantageIsThatWithinItsGroup() {
    double[] advantages = new Gspo(0).advantages(ROWS);
    double one = 0.5 / (Math.sqrt(1 / 3.0) + 1e-4);
    double deviation = Math.sqrt(1 / 3.0) + 1e-4;
    double[] expected = {
      one,
      -one,
      0,
      0,
      0,
      0,
      one,
      -1 / 3.0 / deviation,
      2 / 3.0 / deviation,
      -one,
      -1 / 3.0 / deviation
    };
    assertThat(advantages).containsExactly(expected, within(1e-12));
  }

  @Test
  void equalsTrl() {
    for (JsonNode known :
        ReferenceFiles.json(ReferenceFiles.path("gspo_vectors.json")).get("cases")) {
      String name = known.get("name").asText();
      JsonNode expected = known.get("expected");
      List<String> marks = new ArrayList<>();
      for (int group = 0; group < known.get("groups").size(); group++) {
        for (JsonNode reward : known.get("groups").get(group)) {
          marks.add((char) ('a' + group) + (reward.asInt() == 1 ? "+" : "-"));
        }
      }
      double[] advantages = new Gspo(0).advantages(rows(marks.toArray(String[]::new)));
      int[] lengths =
          Arrays.stream(ReferenceFiles.doubles(known.get("lengths")))
              .mapToInt(l -> (int) l)
              .toArray();
      Gspo.Loss loss =
          Gspo.Loss.of(
              ReferenceFiles.doubles(known.get("policy_logps")),
              ReferenceFiles.doubles(known.get("ref_logps")),
              lengths,
              advantages,
              new boolean[lengths.length],
              Arrays.stream(lengths).sum());
      assertThat(advantages)
          .as(name)
          .containsExactly(ReferenceFiles.doubles(expected.get("advantages")), EXACT);
      assertThat(loss.loss()).as(name).isCloseTo(expected.get("loss").asDouble(), EXACT);
      assertThat(loss.gradients())
          .as(name)
          .containsExactly(ReferenceFiles.doubles(expected.get("grad_policy_logps")), EXACT);
    }
  }

  @Test
  void groupsWithoutSignalAreInNoBatch() {
    for (String more : List.of("", ", groupByLength: true")) {
      Gspo gspo = new Gspo(0);
      BatchPlan plan = gspo.batches(examples(gspo, ROWS), spec("batch: 3" + more), 7);
      Set<Integer> seen = new TreeSet<>();
      for (int step = 0; step < 40; step++) {
        int[] batch = plan.batch(step);
        assertThat(batch).hasSize(3).doesNotHaveDuplicates();
        Arrays.stream(batch).forEach(seen::add);
      }
      assertThat(seen).containsExactly(0, 1, 6, 7, 8, 9, 10);
    }
    assertThat(new Gspo(0).inBatches(ROWS)).isEqualTo(7);
    assertThat(new Gspo(0).remark(ROWS)).isEqualTo("; 2 of 4 groups have right and wrong ones");
  }

  @Test
  void rowsWithoutSignalMakeNoIteration() {
    assertThat(new Gspo(0).refusal(ROWS, List.of())).isEmpty();
    assertThat(new Gspo(0).refusal(rows("b+", "b+", "c-"), List.of()))
        .contains("no problem has a right and a wrong rollout: GSPO has nothing to compare");
  }

  @Test
  void answersOfTheTeacherAreRowsOfTheirOwnWhereTheirLikelihoodHasAWeight() {
    List<GroupedExample> rows = rows("a+", "t+", "a-", "c-", "t+", "c-");
    Gspo gspo = new Gspo(0.5);
    double one = 0.5 / (Math.sqrt(0.5) + 1e-4);
    assertThat(gspo.advantages(rows))
        .containsExactly(new double[] {one, 0.5, -one, 0, 0.5, 0}, within(1e-12));
    assertThat(gspo.remark(rows))
        .isEqualTo("; 1 of 2 groups have right and wrong ones, 2 are the teacher's");
    assertThat(gspo.refusal(rows("c-", "t+"), List.of())).isEmpty();
    BatchPlan plan = gspo.batches(examples(gspo, rows), spec("batch: 4"), 7);
    assertThat(plan.batch(0)).containsExactlyInAnyOrder(0, 1, 2, 4);

    LabelledCompletion shown = Rig.fromTeacher(0, 2);
    assertThat(gspo.takes(shown)).isTrue();
    assertThat(new Gspo(0).takes(shown)).isFalse();
  }

  @Test
  void theLikelihoodOfTheTeachersAnswersIsThatOfFineTuning() {
    double[] policy = {-9, -20};
    boolean[] shown = {true, true};
    Gspo.Loss loss =
        Gspo.Loss.of(policy, new double[2], new int[] {4, 5}, new double[] {1, 1}, shown, 9);
    SequenceLoss.Part sft = Sft.loss(policy, 9);
    assertThat(loss.loss()).isCloseTo(sft.loss(), EXACT);
    assertThat(loss.gradients()).containsExactly(sft.gradients(), EXACT);

    double[] half = {0.5, 0.5};
    Gspo.Loss weighted = Gspo.Loss.of(policy, new double[2], new int[] {4, 5}, half, shown, 9);
    assertThat(weighted.loss()).isCloseTo(sft.loss() / 2, EXACT);
    assertThat(weighted.gradients()).containsExactly(new double[] {-0.5 / 9, -0.5 / 9}, EXACT);
  }

  @Test
  void theLossOfAStepIsThatOfItsFormula() {
    Weights policy = Students.lively(Students.TINY, 2);
    try (Trainee learner = Trainee.of(Students.TINY, policy, REFERENCE, Students.QUICK);
        LogProbs now = new LogProbs(Students.TINY, policy);
        LogProbs before = new LogProbs(Students.TINY, REFERENCE)) {
      double[] advantages = new Gspo(0).advantages(ROWS);
      double sum = 0;
      long tokens = 0;
      for (int i = 0; i < ROWS.size(); i++) {
        List<Example> one = List.of(ROWS.get(i).example());
        int length = one.get(0).completion().length;
        double gap = now.sequenceLogProbs(one)[0] - before.sequenceLogProbs(one)[0];
        double ratio = Math.exp(gap / length);
        double clipped = Math.min(1.014, Math.max(0.99, ratio));
        sum -= length * Math.min(ratio * advantages[i], clipped * advantages[i]);
        tokens += length;
      }
      assertThat(learner.gspo(ROWS).loss()).isCloseTo(sum / tokens, within(1e-5));
    }
  }

  @Test
  void stepsMakeTheRightOnesOfAGroupLikelierThanTheWrongOnes() {
    List<Integer> mixed = List.of(0, 1, 6, 9);
    try (Trainee learner = Trainee.of(Students.TINY, REFERENCE, REFERENCE, Students.QUICK)) {
      double gap = gap(REFERENCE, mixed);
      StepResult first = learner.gspo(ROWS);
      assertThat(first.gradNorm()).isPositive();
      learner.gspo(ROWS);
      assertThat(gap(learner.weights(), mixed)).isGreaterThan(gap);
    }
  }

  /** Mean log-probability of the right ones, less that of the wrong ones. */
  private static double gap(Weights weights, List<Integer> rows) {
    try (LogProbs logProbs = new LogProbs(Students.TINY, weights)) {
      return rows.stream()
          .mapToDouble(
              row ->
                  (ROWS.get(row).right() ? 1 : -1)
                      * logProbs.sequenceLogProbs(List.of(ROWS.get(row).example()))[0])
          .sum();
    }
  }

  private static List<GroupedExample> rows(String... marks) {
    List<Example> examples = Students.examples(marks.length, 5);
    return IntStream.range(0, marks.length)
        .mapToObj(
            i ->
                new GroupedExample(
                    examples.get(i),
                    Optional.of(marks[i].substring(0, 1)).filter(group -> !group.equals("t")),
                    marks[i].endsWith("+")))
        .toList();
  }

  private static TrainingData.Examples<GroupedExample> examples(
      Gspo gspo, List<GroupedExample> rows) {
    List<RowSource> sources =
        rows.stream()
            .map(
                row ->
                    new RowSource(
                        "row",
                        row.group().orElse("shown"),
                        new RecordPosition("t", 0, 0),
                        Optional.empty()))
            .toList();
    return new TrainingData.Examples<>(gspo, rows, sources, "");
  }

  private static IterationSpec spec(String more) {
    String text =
        Rig.recipeText(10, "", "")
            .replaceFirst("algorithm: kto", "algorithm: gspo")
            .replaceFirst("beta: [0-9.]+, *", "")
            .replaceFirst("guard: [-0-9.]+, *", "")
            .replaceFirst("weightRatio: 1.16", "rows: 1")
            .replaceAll("batch: [0-9]+", more);
    return ConfigFile.parse("r.yaml", text, Recipe.class, "NONE", Map.of()).iterations().get(1);
  }
}
