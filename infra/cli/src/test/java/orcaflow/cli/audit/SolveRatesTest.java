package orcaflow.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import orcaflow.cli.audit.SolveRates.Row;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.VerdictValue;
import org.junit.jupiter.api.Test;

class SolveRatesTest {

  private final SolveRates rates = new SolveRates();

  @Test
  void countsGroupsByTheNumberOfRightRollouts() {
    rates.count(group("a", 2, 0, 4));
    rates.count(group("b", 2, 4, 0));
    rates.count(group("c", 2, 1, 3));
    rates.count(group("d", 2, 1, 3));
    rates.count(group("e", 3, 3, 1));

    assertThat(rates.rows())
        .containsExactly(
            new Row(2, 4, List.of(1L, 2L, 0L, 0L, 1L), 0.5, 0),
            new Row(3, 1, List.of(0L, 0L, 0L, 1L, 0L), 1, 0));
  }

  @Test
  void addsWhatCompletesAGroup() {
    GradedRollout first = group("a", 2, 2, 1);
    rates.count(first);
    assertThat(rates.rows()).containsExactly(new Row(2, 0, List.of(0L), 0, 1));

    rates.count(
        GradedRollout.newBuilder(group("a", 2, 0, 1))
            .setId("revision")
            .setRequestId(first.getId())
            .setRevision(1)
            .build());
    assertThat(rates.rows()).containsExactly(new Row(2, 1, List.of(0L, 0L, 1L, 0L, 0L), 1, 0));
  }

  @Test
  void takesAGroupOfAnOldEventForComplete() {
    rates.count(GradedRollout.newBuilder(group("a", 2, 1, 0)).setSamples(0).build());

    assertThat(rates.rows()).containsExactly(new Row(2, 1, List.of(0L, 1L), 0, 0));
  }

  private static GradedRollout group(String problem, int iteration, int right, int others) {
    GradedCompletion[] completions =
        IntStream.range(0, right + others)
            .mapToObj(
                i ->
                    GradedGroups.completion(
                        problem + i,
                        "#### 7",
                        i < right ? VerdictValue.MATCH : VerdictValue.UNDECIDED))
            .toArray(GradedCompletion[]::new);
    return GradedRollout.newBuilder(GradedGroups.group(problem, "7", completions))
        .setIteration(iteration)
        .setSamples(4)
        .build();
  }
}
