package orcaflow.streams.grade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.StudentRollout;
import orcaflow.events.TeacherSolution;
import orcaflow.events.Verdict;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.Ids;
import orcaflow.streams.Events;
import orcaflow.streams.grade.RolloutGroup.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Rows of inputs, and what follows from each. The group has four rollouts, of which the matcher
 * calls 0 and 3 right, 1 wrong, and 2 undecided.
 *
 * <p>Inputs: {@code S} a solution, {@code U} one without a reference, {@code p013} rollouts of the
 * first part, {@code q2} of a later one, {@code v2+} the judge's verdict on 2, {@code G} the end of
 * the grace time.
 *
 * <p>What follows: {@code =} nothing, as the input is repeated or comes to nothing; {@code .}
 * nothing yet; {@code ?2} a question about 2; {@code [0+1-2~3+]} an event with verdicts, {@code !}
 * in it if something is missing; {@code g} the start of the grace time.
 */
class RolloutGroupTest {

  private static final String QUESTION = "How many?";
  private static final TeacherSolution SEVEN = Events.solution(QUESTION, "7");
  private static final StudentRollout WHOLE =
      Events.rollout(QUESTION, 2, "#### 7", "#### 8", "#### red", "#### 7");

  private static final Map<VerdictValue, String> SIGNS =
      Map.of(VerdictValue.MATCH, "+", VerdictValue.MISMATCH, "-", VerdictValue.UNDECIDED, "~");

  @ParameterizedTest
  @CsvSource({
    "S p0123,       . [0+1-2~3+]",
    "p0123 S,       . [0+1-2~3+]",
    "U p0123,       . [0~1~2~3~]",
    "S p01 q23,     . g [0+1-2~3+]",
    "p01 S q23,     . g [0+1-2~3+]",
    "q23 S p01,     . g [0+1-2~3+]",
    "q23 p01 S,     . . [0+1-2~3+]",
    "p2 q3 q0 q1 S, . . . . [0+1-2~3+]",
    "p01 q12 q13 S, . . . [0+1-2~3+]",
  })
  void aGroupIsWrittenOnceItIsWholeInAnyOrder(String inputs, String follows) {
    assertThat(follows(Judge.OFF, inputs)).isEqualTo(follows);
  }

  @ParameterizedTest
  @CsvSource({
    "p01 p01 S q23,     . = g [0+1-2~3+]",
    "S p01 q01 q1 q23,  . g = = [0+1-2~3+]",
    "S p0123 p0123 q2,  . [0+1-2~3+] = =",
    "S p0123 v2+ G,     . [0+1-2~3+] = =",
    "S p013 G p013 q3,  . g [!0+1-3+] = =",
  })
  void whatIsRepeatedChangesNothing(String inputs, String follows) {
    assertThat(follows(Judge.OFF, inputs)).isEqualTo(follows);
  }

  @ParameterizedTest
  @CsvSource({
    "S p013 G,          . g [!0+1-3+]",
    "S p013 G q2,       . g [!0+1-3+] [2~]",
    "S p013 G q012,     . g [!0+1-3+] [2~]",
    "S q2 G p013,       . g [!2~] [0+1-3+]",
    "S p01 G q2 q3,     . g [!0+1-] [!2~] [3+]",
    "S p01 q2 G q3,     . g g [!0+1-2~] [3+]",
    "S p013 G G q2,     . g [!0+1-3+] . [2~]",
    "p013 G S G q2,     . = g [!0+1-3+] [2~]",
    "G S p0123,         = . [0+1-2~3+]",
  })
  void aGroupThatLacksARolloutIsWrittenAfterTheGraceTimeAndThenRevised(
      String inputs, String follows) {
    assertThat(follows(Judge.OFF, inputs)).isEqualTo(follows);
  }

  @ParameterizedTest
  @CsvSource({
    "S p0123 v2+,       . ?2g [0+1-2+3+]",
    "p0123 S v2-,       . ?2g [0+1-2-3+]",
    "v2- p0123 S,       . . ?2[0+1-2-3+]",
    "v2- S p0123,       . . ?2[0+1-2-3+]",
    "S p0123 v2~,       . ?2g [0+1-2~3+]",
    "S p01 v2+ q23,     . g . ?2[0+1-2+3+]",
    "S p01 q23 v2+,     . g ?2g [0+1-2+3+]",
    "S p0123 v0- v2+,   . ?2g . [0+1-2+3+]",
    "S p0123 v2+ v2-,   . ?2g [0+1-2+3+] =",
    "v2+ v2- S p0123,   . = . ?2[0+1-2+3+]",
    "S p0123 G v2+,     . ?2g [!0+1-3+] [2+]",
    "S p0123 G v0- v2+, . ?2g [!0+1-3+] = [2+]",
    "S p012 G v2+ q3,   . ?2g [!0+1-] [!2+] [3+]",
    "S p01 G v2+ q23,   . g [!0+1-] . ?2[2+3+]",
    "U p0123,           . [0~1~2~3~]",
  })
  void aJudgeOfUndecidedRolloutsIsAskedAboutThese(String inputs, String follows) {
    assertThat(follows(Judge.UNDECIDED, inputs)).isEqualTo(follows);
  }

  @ParameterizedTest
  @CsvSource({
    "S p0123 v0- v1- v2+ v3+,   . ?0?1?2?3g . . . [0-1-2+3+]",
    "v3+ v0+ p0123 v1- S v2~,   . . . . ?0?1?2?3g [0+1-2~3+]",
    "S p0123 v0- G v1+ v3- v2+, . ?0?1?2?3g . [!0-] [!1+] [!3-] [2+]",
    "S p0123 G v1+,             . ?0?1?2?3g [!] [!1+]",
    "U p0123,                   . [0~1~2~3~]",
  })
  void aJudgeOfAllRolloutsHasTheLastWordOnEach(String inputs, String follows) {
    assertThat(follows(Judge.ALL, inputs)).isEqualTo(follows);
  }

  @ParameterizedTest
  @CsvSource({
    "S p013 G,  OFF,       'of 4 rollouts 2 did not come'",
    "S p3 G,    OFF,       'of 4 rollouts 0, 1, 2 did not come'",
    "S p0123 G, UNDECIDED, 'no verdict on 2'",
    "S p02 G,   UNDECIDED, 'of 4 rollouts 1, 3 did not come; no verdict on 2'",
    "S p01 G,   ALL,       'of 4 rollouts 2, 3 did not come; no verdict on 0, 1'",
  })
  void aPartialGroupSaysWhatIsMissing(String inputs, Judge judge, String missing) {
    assertThat(events(judge, inputs))
        .extracting(GradedRollout::getMissing, GradedRollout::getRevision)
        .containsExactly(tuple(missing, 0));
  }

  @Test
  void eachVerdictSaysWhoGaveIt() {
    assertThat(reasons(Judge.UNDECIDED, "S p0123 v2+").get(2)).isEqualTo("judge:said-so");
    assertThat(reasons(Judge.UNDECIDED, "S p0123 v2+").get(1)).doesNotStartWith("judge:");
    assertThat(reasons(Judge.OFF, "S p0123").get(2)).doesNotStartWith("judge:").isNotBlank();
    assertThat(reasons(Judge.ALL, "U p0123")).containsOnly("no-reference");
  }

  @Test
  void revisionsHaveIdsOfTheirOwnAndNameTheRequest() {
    List<GradedRollout> events = events(Judge.OFF, "S p01 G q2 q3");

    assertThat(events)
        .extracting(GradedRollout::getId)
        .containsExactly(
            WHOLE.getId(), Ids.revision(WHOLE.getId(), 1), Ids.revision(WHOLE.getId(), 2));
    assertThat(events)
        .extracting(GradedRollout::getRequestId)
        .containsExactly(null, WHOLE.getId(), WHOLE.getId());
  }

  @Test
  void aClosedGroupKeepsNothing() {
    RolloutGroup group = unseen(Judge.ALL);
    for (String input : "S p0123 v0- v1- G v2+ v3+".split(" ")) {
      group = offer(group, input).map(Step::next).orElse(group);
    }

    assertThat(group.isClosed()).isTrue();
    assertThat(group.open()).isEmpty();
    assertThat(group.verdicts()).isEmpty();
    assertThat(group.sent()).isEqualTo(Sent.NOTHING);
  }

  @Test
  void aPartialGroupKeepsWhatIsNotWritten() {
    RolloutGroup group = unseen(Judge.UNDECIDED);
    for (String input : "S p012 v3+ G".split(" ")) {
      group = offer(group, input).map(Step::next).orElse(group);
    }

    assertThat(group.sent().text()).isEqualTo("1:0,1");
    assertThat(group.open().orElseThrow().getCompletions()).hasSize(1);
    assertThat(group.open().orElseThrow().getId()).isEqualTo(WHOLE.getId());
    assertThat(group.verdicts()).containsOnlyKeys(WHOLE.getCompletions().get(3).getId());
  }

  @Test
  void aGroupHasTheRolloutsThatItsRequestAskedFor() {
    StudentRollout four = Events.part(WHOLE, 0, 1);
    StudentRollout unsaid = StudentRollout.newBuilder(four).setSamples(0).build();

    assertThat(RolloutGroup.size(four)).isEqualTo(4);
    assertThat(solved(Judge.OFF).offer(four).orElseThrow().event()).isEmpty();
    assertThat(RolloutGroup.size(unsaid)).isZero();
    assertThat(solved(Judge.OFF).offer(unsaid).orElseThrow().next().isClosed()).isTrue();
  }

  private static RolloutGroup unseen(Judge judge) {
    return RolloutGroup.unseen(
        new Grading(judge), RolloutGroup.key(WHOLE), Optional.empty(), Map.of());
  }

  private static RolloutGroup solved(Judge judge) {
    return RolloutGroup.unseen(
        new Grading(judge), RolloutGroup.key(WHOLE), Optional.of(SEVEN), Map.of());
  }

  private static String follows(Judge judge, String inputs) {
    List<String> follows = new ArrayList<>();
    RolloutGroup group = unseen(judge);
    for (String input : inputs.split(" ")) {
      Optional<Step> step = offer(group, input);
      follows.add(step.map(RolloutGroupTest::text).orElse("="));
      group = step.map(Step::next).orElse(group);
    }
    return String.join(" ", follows);
  }

  private static List<GradedRollout> events(Judge judge, String inputs) {
    List<GradedRollout> events = new ArrayList<>();
    RolloutGroup group = unseen(judge);
    for (String input : inputs.split(" ")) {
      Optional<Step> step = offer(group, input);
      step.flatMap(Step::event).ifPresent(events::add);
      group = step.map(Step::next).orElse(group);
    }
    return events;
  }

  private static List<String> reasons(Judge judge, String inputs) {
    return events(judge, inputs).get(0).getCompletions().stream()
        .map(GradedCompletion::getReason)
        .toList();
  }

  /** A solution that finds no rollouts is a matter of the stores. */
  private static Optional<Step> offer(RolloutGroup group, String input) {
    return switch (input.charAt(0)) {
      case 'S' -> Optional.of(solve(group, SEVEN));
      case 'U' -> Optional.of(solve(group, Events.unusable(QUESTION, Optional.empty())));
      case 'p' -> group.offer(Events.part(WHOLE, 0, indexes(input)));
      case 'q' -> group.offer(Events.part(WHOLE, 1, indexes(input)));
      case 'v' -> group.offer(verdict(input));
      case 'G' -> group.endGrace();
      default -> throw new IllegalArgumentException(input);
    };
  }

  private static Step solve(RolloutGroup group, TeacherSolution solution) {
    return group.open().isPresent()
        ? group.offer(solution)
        : new Step(
            RolloutGroup.unseen(
                group.grading(), group.key(), Optional.of(solution), group.verdicts()),
            List.of(),
            Optional.empty(),
            false);
  }

  private static Integer[] indexes(String input) {
    return input.substring(1).chars().mapToObj(digit -> digit - '0').toArray(Integer[]::new);
  }

  private static Verdict verdict(String input) {
    VerdictValue value =
        SIGNS.entrySet().stream()
            .filter(sign -> sign.getValue().equals(input.substring(2)))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow();
    return Events.verdict(WHOLE, input.charAt(1) - '0', value);
  }

  private static String text(Step step) {
    String text =
        step.questions().stream()
                .map(question -> "?" + indexOf(question.getId()))
                .collect(Collectors.joining())
            + step.event().map(RolloutGroupTest::text).orElse("")
            + (step.startsGrace() ? "g" : "");
    return text.isEmpty() ? "." : text;
  }

  private static String text(GradedRollout event) {
    return event.getCompletions().stream()
        .map(completion -> completion.getIndex() + SIGNS.get(completion.getVerdict()))
        .collect(Collectors.joining("", event.getMissing() == null ? "[" : "[!", "]"));
  }

  private static int indexOf(String rolloutId) {
    return WHOLE.getCompletions().stream()
        .filter(completion -> completion.getId().equals(rolloutId))
        .findFirst()
        .orElseThrow()
        .getIndex();
  }
}
