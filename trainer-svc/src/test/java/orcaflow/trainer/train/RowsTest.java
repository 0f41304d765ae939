package orcaflow.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import orcaflow.events.Demonstration;
import orcaflow.events.LabelledCompletion;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.trainer.Rig;
import orcaflow.trainer.tokenizer.ExampleEncoder;
import orcaflow.trainer.tokenizer.StudentTokenizer;
import org.junit.jupiter.api.Test;

class RowsTest {

  private static final Recipe RECIPE = Rig.recipe(10, "");
  private static final Recipe.Step SFT = RECIPE.iterations().get(0);
  private static final Recipe.Step KTO = RECIPE.iterations().get(1);
  private static final ExampleEncoder EXAMPLES =
      new ExampleEncoder(
          StudentTokenizer.build(
              Rows.Demonstrations.of(Rig.stored(Rig.demonstrations(63))).texts(), 200));

  @Test
  void orderOfArrivalAndRepeatsChangeNothing() {
    List<Demonstration> read = Rig.demonstrations(30);
    List<Demonstration> otherwise = new ArrayList<>(read);
    Collections.reverse(otherwise);
    otherwise.addAll(read.subList(3, 9));

    Rows one = Rows.Demonstrations.of(Rig.stored(read));
    Rows other = Rows.Demonstrations.of(Rig.stored(otherwise));
    assertThat(other.hash()).isEqualTo(one.hash());
    assertThat(other.texts()).containsExactlyElementsOf(one.texts().toList());
    assertThat(Rows.Demonstrations.of(Rig.stored(read.subList(0, 29))).hash())
        .isNotEqualTo(one.hash());
  }

  @Test
  void takesOnlyTheIterationsOwnRows() {
    List<LabelledCompletion> read = new ArrayList<>(Rig.completions(5, 2));
    read.addAll(Rig.completions(7, 3));

    assertThat(Rows.Completions.of(Rig.stored(read), 3).lesson(EXAMPLES, 64, KTO).rows())
        .isEqualTo(28);
    assertThat(Rows.Completions.of(Rig.stored(read), 4).lesson(EXAMPLES, 64, KTO))
        .isEqualTo(new Lesson.Nothing("0 labelled completions"));
  }

  @Test
  void countsRowsThatAreTooLongAndLeavesThemOut() {
    List<Demonstration> read = new ArrayList<>(Rig.demonstrations(20));
    read.add(Rig.demonstration("How much is 1 + 1?", "1 + 1 = 2 ".repeat(40) + "#### 2"));

    Lesson lesson = Rows.Demonstrations.of(Rig.stored(read)).lesson(EXAMPLES, 64, SFT);
    assertThat(lesson.rows()).isEqualTo(20);
    assertThat(lesson.note())
        .isEqualTo("20 of 21 demonstrations; 1 left out as longer than 64 tokens");
    assertThat(Rows.Demonstrations.of(Rig.stored(read)).lesson(EXAMPLES, 8, SFT))
        .isEqualTo(
            new Lesson.Nothing("0 of 21 demonstrations; 21 left out as longer than 8 tokens"));
  }

  @Test
  void rejectionSamplingImitatesTheRightAnswersOnly() {
    Recipe.Step sampled = Rig.recipe(10, "", "share: 1, ").iterations().get(0);
    List<LabelledCompletion> read = new ArrayList<>(Rig.completions(5, 2));
    read.addAll(Rig.completions(3, 1));

    Lesson lesson = Rows.RightAnswers.of(Rig.stored(read), 2).lesson(EXAMPLES, 64, sampled);
    assertThat(sampled.data()).isEqualTo(Topics.LABELLED_COMPLETIONS);
    assertThat(SFT.data()).isEqualTo(Topics.DEMONSTRATIONS);
    assertThat(lesson.note())
        .isEqualTo("10 desirable labelled completions; batches of 10 instead of 16");
    assertThat(((Lesson.Demonstrated) lesson).problems().stream().distinct()).hasSize(5);
  }

  @Test
  void knowsWhereEachRowComesFromAndWhichPolicyWroteIt() {
    List<LabelledCompletion> read = new ArrayList<>(Rig.completions(5, 2));
    read.set(0, Rig.fromTeacher(0, 2));
    Lesson.Taught lesson =
        (Lesson.Taught) Rows.Completions.of(Rig.stored(read), 2).lesson(EXAMPLES, 64, KTO);

    for (RowSource origin : lesson.origins()) {
      int i = origin.place().partition() + 2 * (int) origin.place().offset();
      assertThat(origin.row()).isEqualTo(read.get(i).getId());
      assertThat(origin.problem()).isEqualTo(read.get(i).getProblemId());
      assertThat(origin.policy()).isEqualTo(i == 0 ? Optional.empty() : Optional.of("some"));
    }
  }

  @Test
  void saysWhenRowsDoNotFillABatch() {
    assertThat(
            Rows.Demonstrations.of(Rig.stored(Rig.demonstrations(5)))
                .lesson(EXAMPLES, 64, SFT)
                .note())
        .isEqualTo("5 demonstrations; batches of 5 instead of 16");
  }

  @Test
  void doesNotMakeKtoOfWhatCannotTeach() {
    List<LabelledCompletion> wrong =
        Rig.completions(5, 2).stream().filter(row -> !row.getDesirable()).toList();

    assertThat(Rows.Completions.of(Rig.stored(wrong), 2).lesson(EXAMPLES, 64, KTO))
        .isEqualTo(
            new Lesson.Nothing(
                "10 labelled completions; none is desirable: KTO could only unlearn"));
    assertThat(Rows.Completions.of(Rig.stored(Rig.completions(1, 2)), 2).lesson(EXAMPLES, 64, KTO))
        .isEqualTo(
            new Lesson.Nothing(
                "4 labelled completions; all are of one problem: KTO compares answers of different"
                    + " problems"));
  }

  @Test
  void weighsTheClassesByTheirCounts() {
    List<LabelledCompletion> read = new ArrayList<>(Rig.completions(10, 2));
    read.removeIf(row -> row.getDesirable() && row.getCompletion().hashCode() % 2 == 0);

    Lesson.Judged lesson =
        (Lesson.Judged) Rows.Completions.of(Rig.stored(read), 2).lesson(EXAMPLES, 64, KTO);
    long desirable = lesson.labelled().stream().filter(l -> l.desirable()).count();
    double ratio =
        lesson.settings().desirableWeight()
            * desirable
            / (lesson.settings().undesirableWeight() * (lesson.rows() - desirable));
    assertThat(ratio).isCloseTo(1.16, org.assertj.core.api.Assertions.within(1e-9));
    assertThat(lesson.problems()).hasSize(lesson.rows());
    assertThat(lesson.lengths()).hasSize(lesson.rows());
  }
}
