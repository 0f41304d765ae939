package orcaflow.cli.robustness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import orcaflow.events.Evaluation;
import orcaflow.trainer.evaluate.Benchmark;
import org.junit.jupiter.api.Test;

class RobustnessTest {

  /** The second question is not in our English; the third one's order matters. */
  private static final Benchmark BENCHMARK =
      new Benchmark(
          "three.jsonl@1",
          List.of(
              new Benchmark.Item(
                  "a",
                  "Ann has 8 pens. Ann buys 5 pens. Ann gives 3 pens to Tom. How many pens does Ann"
                      + " have now?",
                  "10"),
              new Benchmark.Item("b", "When does the train arrive?", "9"),
              new Benchmark.Item(
                  "c",
                  "Tom has 8 eggs. Tom buys 5 eggs. Then Tom has twice as many eggs. How many eggs"
                      + " does Tom have now?",
                  "26")));

  @Test
  void eachVariantIsHeldAgainstItsOwnOriginal() {
    RobustnessSet set = RobustnessSet.of(BENCHMARK).orElseThrow();
    Robustness measured =
        Robustness.of(
            set,
            evaluation("101"),
            part -> evaluation(part.variants().name().endsWith("/distractor") ? "01" : "11"));

    assertThat(measured.policy()).isEqualTo("p");
    assertThat(measured.rows())
        .filteredOn(row -> row.variant().equals("names"))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.questions()).isEqualTo(2);
              assertThat(row.original()).isEqualTo(1.0);
              assertThat(row.changed()).isEqualTo(1.0);
              assertThat(row.difference()).isZero();
            });
    assertThat(measured.rows())
        .filteredOn(row -> row.variant().equals("distractor"))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.lost()).isEqualTo(1);
              assertThat(row.gained()).isZero();
              assertThat(row.difference()).isEqualTo(-0.5);
              assertThat(row.changed()).isEqualTo(0.5);
            });
    assertThat(measured.text().lines())
        .hasSize(2 + measured.rows().size())
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
  }

  @Test
  void aVariantKnowsItsOriginalWhereQuestionsBetweenHaveNone() {
    RobustnessSet set = RobustnessSet.of(BENCHMARK).orElseThrow();

    assertThat(set.parts())
        .filteredOn(part -> part.kind().equals("numbers"))
        .singleElement()
        .satisfies(
            part -> {
              assertThat(part.originals()).containsExactly(0, 2);
              assertThat(part.variants().items())
                  .extracting(Benchmark.Item::id)
                  .containsExactly("a/numbers", "c/numbers");
            });
    assertThat(set.size())
        .isEqualTo(set.parts().stream().mapToInt(part -> part.variants().items().size()).sum());
  }

  @Test
  void anEvaluationOfOtherQuestionsIsRefused() {
    RobustnessSet set = RobustnessSet.of(BENCHMARK).orElseThrow();
    Function<RobustnessSet.Part, Evaluation> none =
        part -> {
          throw new AssertionError("nothing is asked");
        };

    assertThatThrownBy(() -> Robustness.of(set, evaluation("10"), none))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the evaluation has 2 questions, and three.jsonl@1 has 3");
  }

  @Test
  void aBenchmarkInOtherEnglishHasNone() {
    assertThat(RobustnessSet.of(new Benchmark("b@1", List.of(BENCHMARK.items().get(1))))).isEmpty();
  }

  private static Evaluation evaluation(String verdicts) {
    return Evaluation.newBuilder()
        .setId("id")
        .setPolicyVersion("p")
        .setName("M1")
        .setBenchmark("b@1")
        .setMode("greedy")
        .setTemperature(0)
        .setTopP(1)
        .setN(verdicts.length())
        .setCorrect((int) verdicts.chars().filter(c -> c == '1').count())
        .setUndecided(0)
        .setAccuracy(0)
        .setLow(0)
        .setHigh(0)
        .setStyles(List.of())
        .setSeconds(0)
        .setTime(Instant.EPOCH)
        .setSamples(1)
        .setVerdicts(verdicts)
        .build();
  }
}
