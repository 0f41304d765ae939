package orcaflow.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import orcaflow.events.GradedRollout;
import orcaflow.streams.pair.Pairing;
import org.junit.jupiter.api.Test;

class MadeProblemTest {

  @Test
  void aProblemIsTheSameEachTime() {
    assertThat(new MadeProblem(7).solution()).isEqualTo(new MadeProblem(7).solution());
    MadeProblem one = new MadeProblem(7);
    assertThat(one.group().getProblemId()).isEqualTo(one.solution().getProblemId());
  }

  @Test
  void everyClassOfRightAnswersIsAFifth() {
    List<GradedRollout> groups =
        IntStream.range(0, 50).mapToObj(number -> new MadeProblem(number).group()).toList();
    assertThat(
            groups.stream()
                .collect(Collectors.groupingBy(Pairing::correct, Collectors.counting()))
                .values())
        .hasSize(5)
        .allMatch(count -> count == 10);
    assertThat(groups).extracting(GradedRollout::getProblemId).doesNotHaveDuplicates();
  }
}
