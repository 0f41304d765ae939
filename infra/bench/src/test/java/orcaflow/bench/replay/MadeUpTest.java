package orcaflow.bench.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import orcaflow.events.GradedRollout;
import orcaflow.streams.pair.Pairing;
import org.junit.jupiter.api.Test;

class MadeUpTest {

  @Test
  void aProblemIsTheSameEachTime() {
    assertThat(new MadeUp(7).solution()).isEqualTo(new MadeUp(7).solution());
    MadeUp one = new MadeUp(7);
    assertThat(one.group().getProblemId()).isEqualTo(one.solution().getProblemId());
  }

  @Test
  void everyClassOfRightAnswersIsAFifth() {
    List<GradedRollout> groups =
        IntStream.range(0, 50).mapToObj(number -> new MadeUp(number).group()).toList();
    assertThat(
            groups.stream()
                .collect(Collectors.groupingBy(Pairing::correct, Collectors.counting()))
                .values())
        .hasSize(5)
        .allMatch(count -> count == 10);
    assertThat(groups).extracting(GradedRollout::getProblemId).doesNotHaveDuplicates();
  }
}
