package orcaflow.trainer.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import orcaflow.trainer.Students;
import orcaflow.trainer.Trainee;
import orcaflow.trainer.model.MicroBatch;
import orcaflow.trainer.model.PassSize;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.tokenizer.Example;
import org.junit.jupiter.api.Test;

class TorchTest {

  @Test
  void resultsComeInTheOrderOfTheTasks() {
    List<Callable<Integer>> tasks =
        IntStream.range(0, 50).<Callable<Integer>>mapToObj(i -> () -> i).toList();
    assertThat(Torch.all(tasks)).containsExactlyElementsOf(IntStream.range(0, 50).boxed().toList());
  }

  @Test
  void aFailureIsToldWhenAllHaveEnded() {
    AtomicInteger ended = new AtomicInteger();
    Callable<Integer> good = ended::incrementAndGet;
    Callable<Integer> bad =
        () -> {
          throw new IllegalArgumentException("no");
        };
    assertThatThrownBy(() -> Torch.all(List.of(bad, good, good, good)))
        .hasMessage("torch could not compute")
        .hasRootCauseMessage("no");
    assertThat(ended).hasValue(3);
  }

  @Test
  void anInterruptIsKeptForAfterwards() {
    Thread.currentThread().interrupt();
    assertThat(Torch.all(List.of(() -> 7))).containsExactly(7);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void ofSeveralLanesTheBitsAreTheSameEachTime() {
    List<Example> batch = Students.examples(200, 3);
    assertThat(MicroBatch.cut(Students.TINY, batch, PassSize.CPU)).hasSize(PassSize.CPU.lanes());
    assertThat(trained(batch)).isEqualTo(trained(batch));
  }

  private static String trained(List<Example> batch) {
    Weights start = Students.lively(Students.TINY, 3);
    try (Trainee learner = Trainee.of(Students.TINY, start, start, Students.QUICK)) {
      for (int step = 0; step < 20; step++) {
        learner.sft(batch);
      }
      return learner.weights().hash();
    }
  }
}
