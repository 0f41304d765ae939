package orcaflow.streams.close;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import orcaflow.events.GradedRollout;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.PreferencePair;
import orcaflow.schemas.Ids;
import orcaflow.streams.Events;
import orcaflow.streams.grade.Grading;
import orcaflow.streams.grade.Judge;
import orcaflow.streams.pair.Labelling;
import orcaflow.streams.pair.Pairing;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClosedSetTest {

  private static final Labelling PAPER = Labelling.named("paper");

  /** Rows of one problem with c of four rollouts right, among others that lend. */
  @ParameterizedTest
  @CsvSource({
    "paper,              0, 5, 4",
    "paper,              1, 5, 6",
    "paper,              2, 5, 6",
    "paper,              3, 5, 4",
    "paper,              4, 9, 20",
    "paper-capped,       4, 9, 6",
    "paper-no-synthetic, 4, 5, 0",
    "teacher-only,       4, 5, 4",
    "teacher-only,       1, 4, 3",
    "one-to-one,         4, 9, 4",
    "one-to-one,         1, 5, 2",
    "teacher-reliable,   0, 0, 0",
    "teacher-reliable,   4, 9, 20",
    "rejection-sampling, 3, 4, 0",
    "rollouts,           4, 4, 0",
    "expert-iteration,   0, 2, 0",
    "expert-iteration,   4, 1, 0",
    "unsolved,           0, 2, 0",
    "unsolved,           4, 0, 0",
    "rollouts-else-teacher, 0, 5, 0",
    "rollouts-else-teacher, 1, 4, 0",
    "rollouts-else-teacher, 4, 4, 0",
  })
  void rowsOfAClass(String policy, int correct, int labelled, int pairs) {
    List<GradedRollout> set = lenders(10);
    GradedRollout group = group("Mine?", correct);
    set.add(group);
    ClosedSet closed = new ClosedSet(Labelling.named(policy));
    set.forEach(closed::add);

    Pairing.Rows rows = closed.rows(group);

    assertThat(rows.labelled()).hasSize(labelled);
    assertThat(rows.pairs()).hasSize(pairs);
    assertThat(rows.demonstrations()).hasSize(policy.equals("rejection-sampling") ? correct : 0);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void theOrderOfTheSetChangesNoByte(long seed) {
    List<GradedRollout> set = lenders(20);
    IntStream.range(0, 20).forEach(i -> set.add(group("All right %d?".formatted(i), 4)));
    List<GradedRollout> shuffled = new ArrayList<>(set);
    Collections.shuffle(shuffled, new Random(seed));

    assertThat(bytes(ClosedSet.label(shuffled, PAPER)))
        .isEqualTo(bytes(ClosedSet.label(set, PAPER)));
  }

  @Test
  void whatIsBorrowedIsWrongAnotherProblemsAndNamedAsSuch() {
    List<GradedRollout> set = lenders(3);
    GradedRollout group = group("Mine?", 4);
    set.add(group);
    Set<String> wrong =
        set.stream()
            .flatMap(g -> new Pairing(PAPER).donors(g).stream())
            .map(donor -> donor.getRolloutId())
            .collect(Collectors.toSet());

    List<LabelledCompletion> borrowed =
        rowsOf(set, group).labelled().stream()
            .filter(row -> row.getOrigin().equals("synthetic"))
            .toList();

    assertThat(borrowed).hasSize(4);
    assertThat(borrowed)
        .allSatisfy(
            row -> {
              assertThat(row.getDesirable()).isFalse();
              assertThat(wrong).contains(row.getResponseId());
              assertThat(row.getProblemId()).isEqualTo(group.getProblemId());
              assertThat(row.getDonorProblemId()).isNotEqualTo(group.getProblemId()).isNotNull();
            });
    assertThat(borrowed).extracting(LabelledCompletion::getResponseId).doesNotHaveDuplicates();
    assertThat(rowsOf(set, group).pairs())
        .extracting(PreferencePair::getDonorProblemId)
        .doesNotContainNull();
  }

  @Test
  void withTooFewLendersAGroupBorrowsWhatThereIs() {
    List<GradedRollout> set = new ArrayList<>(List.of(group("Lends?", 3), group("Mine?", 4)));

    assertThat(rowsOf(set, set.get(1)).labelled()).hasSize(5 + 1);
    assertThat(rowsOf(List.of(set.get(1)), set.get(1)).labelled()).hasSize(5);
  }

  @Test
  void twoProblemsThatBorrowOneAnswerHaveRowsOfTheirOwn() {
    List<GradedRollout> set = new ArrayList<>(List.of(group("Lends?", 3)));
    IntStream.range(0, 5).forEach(i -> set.add(group("All right %d?".formatted(i), 4)));
    List<String> ids =
        ClosedSet.label(set, PAPER).stream()
            .flatMap(rows -> rows.labelled().stream())
            .map(LabelledCompletion::getId)
            .toList();

    assertThat(new HashSet<>(ids)).hasSameSizeAs(ids).hasSize(5 + 5 * (5 + 1));
  }

  @Test
  void anotherIterationsAnswersAreNotLent() {
    GradedRollout group = group("Mine?", 4);
    List<GradedRollout> set =
        List.of(graded(Events.rollout("Lends?", 3, "#### 8", "#### 9"), "Lends?"), group);

    assertThat(rowsOf(set, group).labelled()).hasSize(5);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aGroupInTwoEventsGivesWhatItGivesInOne(boolean early) {
    List<GradedRollout> set = lenders(5);
    GradedRollout whole = group("Mine?", 4);
    GradedRollout first =
        GradedRollout.newBuilder(whole)
            .setCompletions(List.of(whole.getCompletions().get(0), whole.getCompletions().get(3)))
            .setMissing("2 of 4 rollouts")
            .build();
    GradedRollout rest =
        GradedRollout.newBuilder(whole)
            .setId(Ids.revision(whole.getId(), 1))
            .setRequestId(whole.getId())
            .setRevision(1)
            .setCompletions(List.of(whole.getCompletions().get(1), whole.getCompletions().get(2)))
            .build();
    List<GradedRollout> inOne = new ArrayList<>(set);
    inOne.add(whole);
    List<GradedRollout> inTwo = new ArrayList<>(set);
    inTwo.addAll(early ? List.of(rest, first) : List.of(first, rest));

    assertThat(bytes(ClosedSet.label(inTwo, PAPER)))
        .isEqualTo(bytes(ClosedSet.label(inOne, PAPER)));
  }

  @Test
  void aPartialGroupLendsAndDoesNotBorrow() {
    GradedRollout partial =
        GradedRollout.newBuilder(group("Mine?", 4)).setMissing("1 of 5 rollouts").build();
    List<GradedRollout> set = lenders(3);
    set.add(partial);

    assertThat(rowsOf(set, partial).labelled()).hasSize(5);
    assertThat(new Pairing(PAPER).borrows(partial)).isFalse();
  }

  @Test
  void everyWrongAnswerIsBorrowedAboutEquallyOften() {
    List<GradedRollout> set = lenders(100);
    IntStream.range(0, 1000).forEach(i -> set.add(group("All right %d?".formatted(i), 4)));
    Map<String, Long> times =
        ClosedSet.label(set, PAPER).stream()
            .flatMap(rows -> rows.labelled().stream())
            .filter(row -> row.getOrigin().equals("synthetic"))
            .collect(
                Collectors.groupingBy(LabelledCompletion::getResponseId, Collectors.counting()));

    // 4,000 borrowed answers of 250.
    assertThat(times).hasSize(250);
    assertThat(Collections.max(times.values())).isLessThan(3 * 16);
  }

  @Test
  void aLenderMoreChangesLittle() {
    List<GradedRollout> set = lenders(100);
    IntStream.range(0, 100).forEach(i -> set.add(group("All right %d?".formatted(i), 4)));
    Set<String> before = borrowed(set);
    set.add(group("Late?", 3));

    Set<String> after = borrowed(set);
    after.removeAll(before);
    assertThat(after.size()).isLessThan(before.size() / 20);
  }

  private static Set<String> borrowed(List<GradedRollout> set) {
    return ClosedSet.label(set, PAPER).stream()
        .flatMap(rows -> rows.labelled().stream())
        .filter(row -> row.getOrigin().equals("synthetic"))
        .map(LabelledCompletion::getId)
        .collect(Collectors.toSet());
  }

  private static Pairing.Rows rowsOf(List<GradedRollout> set, GradedRollout group) {
    ClosedSet closed = new ClosedSet(PAPER);
    set.forEach(closed::add);
    return closed.rows(group);
  }

  /** Groups with one, two, three and four wrong rollouts in turn. */
  private static List<GradedRollout> lenders(int count) {
    return new ArrayList<>(
        IntStream.range(0, count).mapToObj(i -> group("Lends %d?".formatted(i), i % 4)).toList());
  }

  /** Four rollouts, the first of them right; wrong ones agree. */
  private static GradedRollout group(String question, int correct) {
    String[] texts =
        IntStream.range(0, 4)
            .mapToObj(i -> i < correct ? "#### 7" : "#### 8")
            .toArray(String[]::new);
    return graded(Events.rollout(question, 2, texts), question);
  }

  private static GradedRollout graded(orcaflow.events.StudentRollout rollout, String question) {
    return new Grading(Judge.OFF)
        .graded(Events.solution(question, "7"), rollout, Map.of())
        .orElseThrow();
  }

  private static List<ByteBuffer> bytes(List<Pairing.Rows> rows) {
    List<ByteBuffer> bytes = new ArrayList<>();
    for (Pairing.Rows some : rows) {
      some.labelled().forEach(row -> bytes.add(bytes(row)));
      some.pairs().forEach(row -> bytes.add(bytes(row)));
    }
    return bytes;
  }

  private static ByteBuffer bytes(SpecificRecordBase row) {
    try {
      return row instanceof LabelledCompletion labelled
          ? labelled.toByteBuffer()
          : ((PreferencePair) row).toByteBuffer();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
