package orcaflow.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import orcaflow.events.Demonstration;
import orcaflow.events.LabelledCompletion;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.IterationSpec;
import orcaflow.schemas.recipe.KtoWeights;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.trainer.Rig;
import orcaflow.trainer.objective.Kto;
import orcaflow.trainer.objective.Objective;
import orcaflow.trainer.objective.Objectives;
import orcaflow.trainer.objective.RowSource;
import orcaflow.trainer.objective.Sft;
import orcaflow.trainer.objective.TrainingData;
import orcaflow.trainer.objective.UnpairedExample;
import orcaflow.trainer.tokenizer.ExampleEncoder;
import orcaflow.trainer.tokenizer.StudentTokenizer;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

class RowsTest {

  private static final Recipe RECIPE = Rig.recipe(10, "");
  private static final IterationSpec SFT = RECIPE.iterations().get(0);
  private static final IterationSpec KTO = RECIPE.iterations().get(1);
  private static final ExampleEncoder EXAMPLES =
      new ExampleEncoder(
          StudentTokenizer.build(demonstrations(Rig.demonstrations(63)).texts(), 200));

  @Test
  void orderOfArrivalAndRepeatsChangeNothing() {
    List<Demonstration> read = Rig.demonstrations(30);
    List<Demonstration> otherwise = new ArrayList<>(read);
    Collections.reverse(otherwise);
    otherwise.addAll(read.subList(3, 9));

    Rows<?> one = demonstrations(read);
    Rows<?> other = demonstrations(otherwise);
    assertThat(other.hash()).isEqualTo(one.hash());
    assertThat(other.texts()).containsExactlyElementsOf(one.texts().toList());
    assertThat(demonstrations(read.subList(0, 29)).hash()).isNotEqualTo(one.hash());
  }

  @Test
  void takesOnlyTheIterationsOwnRows() {
    List<LabelledCompletion> read = new ArrayList<>(Rig.completions(5, 2));
    read.addAll(Rig.completions(7, 3));

    assertThat(data(kto(), read, 3, 64, KTO).rows()).isEqualTo(28);
    assertThat(data(kto(), read, 4, 64, KTO))
        .isEqualTo(new TrainingData.Nothing("0 labelled completions"));
  }

  @Test
  void anIterationThatRepeatsAlsoTakesWhatCameLate() {
    List<LabelledCompletion> read = new ArrayList<>(Rig.completions(5, 2));
    read.addAll(Rig.completions(7, 3));
    read.addAll(Rig.completions(2, 4));

    assertThat(RowsOf.events(read, kto(), Rows.Belongs.upTo(3)).rows()).hasSize(48);
    assertThat(RowsOf.events(read, kto(), Rows.Belongs.only(3)).rows()).hasSize(28);
  }

  @Test
  void rowsOfPoliciesThatLagTooFarBehindAreLeftOut() {
    List<String> versions = List.of("M1", "M2", "M3", "of another run");
    List<LabelledCompletion> read = Rig.completions(3, 4);
    for (int i = 0; i < read.size(); i++) {
      read.get(i).put("policyVersion", versions.get(i % 4));
    }
    read.get(0).put("origin", "teacher");
    Rows<?> all = RowsOf.events(read, kto(), Rows.Belongs.only(4));

    assertThat(notOlder(2, kto(), read).rows()).hasSize(12);
    // Of M1 the teacher's row stays.
    assertThat(notOlder(1, kto(), read).rows()).hasSize(10);
    assertThat(notOlder(0, kto(), read).rows()).hasSize(7);
    assertThat(notOlder(0, kto(), read).stale()).isEqualTo(5);
    assertThat(notOlder(0, kto(), read).hash()).isNotEqualTo(all.hash());
  }

  /** An iteration of a replay reads the rows of all iterations, which may be a million. */
  @Test
  void whatIsNotLearntFromIsNotKept() {
    RowCollector<LabelledCompletion> rows =
        new RowCollector<>(kto(), Rows.Belongs.only(4), policy -> policy.isEmpty());
    List<WeakReference<LabelledCompletion>> read = new ArrayList<>();
    read.addAll(given(rows, Rig.completions(5, 3)));
    read.addAll(given(rows, Rig.completions(7, 4)));
    System.gc();

    assertThat(read).hasSize(48).allMatch(row -> row.refersTo(null));
    assertThat(rows.rows().stale()).isEqualTo(28);
  }

  @Test
  @SuppressWarnings("unchecked")
  void aRowThatIsTooOldDisplacesNoEqualOne() {
    IterationSpec once = Rig.recipe(10, "", "share: 1, distinct: true, ").iterations().get(0);
    List<LabelledCompletion> read = new ArrayList<>(Rig.completions(8, 4));
    for (LabelledCompletion row : read) {
      row.put("desirable", true);
      row.put("completion", "1 + 1 = 2 #### 2");
      row.put("policyVersion", "M1");
    }
    // The last of each problem in the order of ids, where the older ones come first.
    Map<String, LabelledCompletion> last = new TreeMap<>();
    read.forEach(
        row ->
            last.merge(
                row.getProblemId(), row, (a, b) -> a.getId().compareTo(b.getId()) < 0 ? b : a));
    last.values().forEach(row -> row.put("policyVersion", "M3"));

    Rows<LabelledCompletion> rows =
        notOlder(1, (Objective<LabelledCompletion, ?>) Objectives.of(once), read);
    assertThat(rows.rows()).hasSameSizeAs(last.values());
    assertThat(rows.stale()).isEqualTo(read.size() - last.size());
  }

  @Test
  void countsRowsThatAreTooLongAndLeavesThemOut() {
    List<Demonstration> read = new ArrayList<>(Rig.demonstrations(20));
    read.add(Rig.demonstration("How much is 1 + 1?", "1 + 1 = 2 ".repeat(40) + "#### 2"));

    TrainingData set = data(Sft.onDemonstrations(), read, 1, 64, SFT);
    assertThat(set.rows()).isEqualTo(20);
    assertThat(set.note())
        .isEqualTo("20 of 21 demonstrations; 1 left out as longer than 64 tokens");
    assertThat(data(Sft.onDemonstrations(), read, 1, 8, SFT))
        .isEqualTo(
            new TrainingData.Nothing(
                "0 of 21 demonstrations; 21 left out as longer than 8 tokens"));
  }

  @Test
  void rejectionSamplingImitatesTheRightAnswersOnly() {
    IterationSpec sampled = Rig.recipe(10, "", "share: 1, ").iterations().get(0);
    List<LabelledCompletion> read = new ArrayList<>(Rig.completions(5, 2));
    read.addAll(Rig.completions(3, 1));

    TrainingData set = data(Sft.onRightAnswers(false), read, 2, 64, sampled);
    assertThat(sampled.topic()).isEqualTo(Topics.LABELLED_COMPLETIONS);
    assertThat(SFT.topic()).isEqualTo(Topics.DEMONSTRATIONS);
    assertThat(set.note())
        .isEqualTo("10 desirable labelled completions; batches of 10 instead of 16");
    assertThat(examples(set).problems().stream().distinct()).hasSize(5);
  }

  @Test
  @SuppressWarnings("unchecked")
  void equalAnswersToAProblemCountOnceWhereTheRecipeSaysSo() {
    List<LabelledCompletion> read = new ArrayList<>(Rig.completions(5, 2));
    read.get(2).put("completion", read.get(0).getCompletion());
    List<LabelledCompletion> right =
        read.stream().filter(LabelledCompletion::getDesirable).toList();
    long distinct =
        right.stream().map(row -> row.getProblemId() + row.getCompletion()).distinct().count();
    assertThat(distinct).isLessThan(right.size());
    for (boolean once : List.of(true, false)) {
      IterationSpec sampled =
          Rig.recipe(10, "", "share: 1, distinct: %s, ".formatted(once)).iterations().get(0);
      Objective<LabelledCompletion, ?> sft =
          (Objective<LabelledCompletion, ?>) Objectives.of(sampled);
      assertThat(RowsOf.events(read, sft, Rows.Belongs.only(2)).rows())
          .hasSize(once ? (int) distinct : right.size());
    }
  }

  @Test
  void knowsWhereEachRowComesFromAndWhichPolicyWroteIt() {
    List<LabelledCompletion> read = new ArrayList<>(Rig.completions(5, 2));
    read.set(0, Rig.fromTeacher(0, 2));
    TrainingData.Examples<?> set = examples(data(kto(), read, 2, 64, KTO));

    assertThat(set.sources()).hasSize(20);
    for (RowSource origin : set.sources()) {
      int i = origin.position().partition() + 2 * (int) origin.position().offset();
      assertThat(origin.row()).isEqualTo(read.get(i).getId());
      assertThat(origin.problem()).isEqualTo(read.get(i).getProblemId());
      assertThat(origin.policy()).isEqualTo(i == 0 ? Optional.empty() : Optional.of("some"));
    }
  }

  @Test
  void saysWhenRowsDoNotFillABatch() {
    assertThat(data(Sft.onDemonstrations(), Rig.demonstrations(5), 1, 64, SFT).note())
        .isEqualTo("5 demonstrations; batches of 5 instead of 16");
  }

  @Test
  void doesNotMakeKtoOfWhatCannotTeach() {
    List<LabelledCompletion> wrong =
        Rig.completions(5, 2).stream().filter(row -> !row.getDesirable()).toList();

    assertThat(data(kto(), wrong, 2, 64, KTO))
        .isEqualTo(
            new TrainingData.Nothing(
                "10 labelled completions; none is desirable: KTO could only unlearn"));
    assertThat(data(kto(), Rig.completions(1, 2), 2, 64, KTO))
        .isEqualTo(
            new TrainingData.Nothing(
                "4 labelled completions; all are of one problem: KTO compares answers of different"
                    + " problems"));
  }

  @Test
  void weighsTheClassesByTheirCounts() {
    List<LabelledCompletion> read = new ArrayList<>(Rig.completions(10, 2));
    read.removeIf(row -> row.getDesirable() && row.getCompletion().hashCode() % 2 == 0);

    TrainingData.Examples<?> set = examples(data(kto(), read, 2, 64, KTO));
    List<UnpairedExample> rows = set.examples().stream().map(UnpairedExample.class::cast).toList();
    long desirable = rows.stream().filter(UnpairedExample::desirable).count();
    KtoWeights weights = kto().settings(rows).weights();
    double ratio =
        weights.desirable() * desirable / (weights.undesirable() * (set.rows() - desirable));
    assertThat(ratio).isCloseTo(1.16, org.assertj.core.api.Assertions.within(1e-9));
    assertThat(set.problems()).hasSize(set.rows());
    assertThat(set.lengths()).hasSize(set.rows());
  }

  /** Rows of iteration 4; the policy of the version Mn lags 3 - n behind its start. */
  private static <R extends SpecificRecord> Rows<R> notOlder(
      int most, Objective<R, ?> objective, List<R> read) {
    Function<String, OptionalInt> lag =
        version ->
            version.startsWith("M")
                ? OptionalInt.of(3 - Integer.parseInt(version.substring(1)))
                : OptionalInt.empty();
    return RowsOf.events(
        read, objective, Rows.Belongs.only(4), policy -> DataAge.of(policy, lag) <= most);
  }

  private static List<WeakReference<LabelledCompletion>> given(
      RowCollector<LabelledCompletion> rows, List<LabelledCompletion> read) {
    Rig.stored(read).forEach(rows);
    return read.stream().map(row -> new WeakReference<>(row)).toList();
  }

  private static Kto kto() {
    return (Kto) Objectives.of(KTO);
  }

  private static Rows<Demonstration> demonstrations(List<Demonstration> read) {
    return RowsOf.events(read, Sft.onDemonstrations(), Rows.Belongs.only(1));
  }

  private static <R extends SpecificRecord, E> TrainingData data(
      Objective<R, E> objective, List<R> read, int iteration, int context, IterationSpec spec) {
    Rows<R> rows = RowsOf.events(read, objective, Rows.Belongs.only(iteration));
    return TrainingData.of(objective, rows.rows(), EXAMPLES, context, spec.batch());
  }

  private static TrainingData.Examples<?> examples(TrainingData data) {
    return (TrainingData.Examples<?>) data;
  }
}
