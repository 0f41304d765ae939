package orcaflow.trainer.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import orcaflow.trainer.Students;
import orcaflow.trainer.model.LogProbs;
import orcaflow.trainer.model.StudentConfig;
import orcaflow.trainer.model.Weights;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SamplerTest {

  private static final StudentConfig TINY = Students.TINY;

  private final Weights weights = Students.lively(TINY, 1);
  private final Sampler sampler = new Sampler(TINY, weights);

  @AfterEach
  void close() {
    sampler.close();
  }

  @Test
  void anAnswerDoesNotDependOnItsCompany() {
    List<GenerationRequest> questions = questions(60);
    List<RequestOutput> together = sampler.generate(questions);
    for (int i = 0; i < questions.size(); i++) {
      assertSame(sampler.generate(List.of(questions.get(i))).get(0), together.get(i));
    }
    List<GenerationRequest> reversed = new ArrayList<>(questions);
    java.util.Collections.reverse(reversed);
    List<RequestOutput> backwards = sampler.generate(reversed);
    for (int i = 0; i < questions.size(); i++) {
      assertSame(backwards.get(questions.size() - 1 - i), together.get(i));
    }
  }

  @Test
  void fewerSamplesAreTheFirstOfMore() {
    GenerationRequest four = new GenerationRequest(new int[] {1, 7}, 4, 1, 0.95, 3, 9);
    GenerationRequest two = new GenerationRequest(new int[] {1, 7}, 2, 1, 0.95, 3, 9);
    List<int[]> more = sampler.generate(List.of(four)).get(0).completions();
    List<int[]> fewer = sampler.generate(List.of(two)).get(0).completions();
    assertThat(fewer.get(0)).isEqualTo(more.get(0));
    assertThat(fewer.get(1)).isEqualTo(more.get(1));
    assertThat(more.get(0)).isNotEqualTo(more.get(1));
  }

  @Test
  void theSeedDecides() {
    int[] prompt = {1, 7, 9};
    RequestOutput one =
        sampler.generate(List.of(new GenerationRequest(prompt, 1, 1, 1, 1, 20))).get(0);
    RequestOutput again =
        sampler.generate(List.of(new GenerationRequest(prompt, 1, 1, 1, 1, 20))).get(0);
    RequestOutput other =
        sampler.generate(List.of(new GenerationRequest(prompt, 1, 1, 1, 2, 20))).get(0);
    assertSame(again, one);
    assertThat(other.completions().get(0)).isNotEqualTo(one.completions().get(0));
  }

  @Test
  void temperatureZeroAndTheSmallestNucleusAreGreedyWithAndWithoutWindow() {
    for (StudentConfig config : List.of(TINY, Students.windowed(5))) {
      Weights own = Students.lively(config, 2);
      try (Sampler cached = new Sampler(config, own);
          LogProbs model = new LogProbs(config, own)) {
        Random random = new Random(4);
        for (int length : new int[] {1, 3, 15, 16, 17, 40}) {
          int[] prompt = Students.ids(random, length);
          int[] greedy = untilEnd(model.greedy(prompt, 20));
          List<RequestOutput> answers =
              cached.generate(
                  List.of(
                      new GenerationRequest(prompt, 2, 0, 0.5, 1, 20),
                      new GenerationRequest(prompt, 1, 1, 1e-9, 1, 20)));
          assertThat(answers.get(0).completions().get(0)).isEqualTo(greedy);
          assertThat(answers.get(0).completions().get(1)).isEqualTo(greedy);
          assertThat(answers.get(1).completions().get(0)).isEqualTo(greedy);
        }
      }
    }
  }

  @Test
  void tokensComeAsOftenAsTheNucleusSays() {
    int[] prompt = {1, 20, 11};
    double temperature = 0.7;
    double topP = 0.8;
    double[] expected;
    try (LogProbs model = new LogProbs(TINY, weights)) {
      expected = nucleus(model.logits(prompt)[2], temperature, topP);
    }
    int draws = 4000;
    GenerationRequest question = new GenerationRequest(prompt, draws, temperature, topP, 11, 1);
    double[] seen = new double[expected.length];
    for (int[] completion : sampler.generate(List.of(question)).get(0).completions()) {
      seen[completion.length == 0 ? TINY.eos() : completion[0]] += 1.0 / draws;
    }
    for (int id = 0; id < seen.length; id++) {
      double deviation = Math.sqrt(expected[id] * (1 - expected[id]) / draws);
      assertThat(seen[id]).as("token " + id).isCloseTo(expected[id], within(4 * deviation));
    }
  }

  @Test
  void eachOfSeveralEndsEndsAnAnswer() {
    int[] prompt = {1, 20, 11};
    GenerationRequest greedy = new GenerationRequest(prompt, 1, 0, 1, 0, 24);
    int[] whole = sampler.generate(List.of(greedy)).get(0).completions().get(0);
    int end = whole[whole.length - 1];
    int place =
        IntStream.range(0, whole.length).filter(i -> whole[i] == end).findFirst().orElseThrow();

    try (Sampler several = new Sampler(TINY.ending(TINY.eos(), List.of(39, end)), weights)) {
      RequestOutput answer = several.generate(List.of(greedy)).get(0);
      assertThat(answer.completions().get(0)).isEqualTo(Arrays.copyOf(whole, place));
      assertThat(answer.finishReasons()).containsExactly("stop");
    }
  }

  @Test
  void refusesWhatDoesNotFitTheContext() {
    GenerationRequest tooLong = new GenerationRequest(new int[50], 1, 0, 1, 0, 15);
    assertThatThrownBy(() -> sampler.generate(List.of(tooLong)))
        .hasMessage("a prompt of 50 tokens and up to 15 new ones do not fit the context of 64");
  }

  @Test
  void fillsTheContextToTheLastPosition() {
    GenerationRequest full = new GenerationRequest(Students.ids(new Random(1), 47), 3, 1, 1, 5, 17);
    RequestOutput answer = sampler.generate(List.of(full)).get(0);
    assertThat(answer.completions()).hasSize(3);
  }

  @Test
  void saysWhetherItStoppedOrWasCut() {
    List<GenerationRequest> questions = questions(40);
    List<RequestOutput> answers = sampler.generate(questions);
    for (int i = 0; i < answers.size(); i++) {
      for (int sample = 0; sample < answers.get(i).completions().size(); sample++) {
        int length = answers.get(i).completions().get(sample).length;
        assertThat(answers.get(i).finishReasons().get(sample))
            .isEqualTo(length < questions.get(i).maxTokens() ? "stop" : "length");
      }
    }
    assertThat(answers.stream().flatMap(answer -> answer.finishReasons().stream()))
        .contains("stop", "length");
  }

  @Test
  void answersNothingToNothing() {
    assertThat(sampler.generate(List.of())).isEmpty();
  }

  private static List<GenerationRequest> questions(int count) {
    Random random = new Random(9);
    List<GenerationRequest> questions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] prompt = Students.ids(random, 1 + random.nextInt(30));
      double temperature = i % 5 == 0 ? 0 : 0.5 + random.nextDouble();
      questions.add(
          new GenerationRequest(
              prompt, 1 + random.nextInt(4), temperature, 0.95, i, 5 + random.nextInt(25)));
    }
    return questions;
  }

  private static void assertSame(RequestOutput actual, RequestOutput expected) {
    assertThat(actual.finishReasons()).isEqualTo(expected.finishReasons());
    for (int sample = 0; sample < expected.completions().size(); sample++) {
      assertThat(actual.completions().get(sample)).isEqualTo(expected.completions().get(sample));
    }
  }

  private static int[] untilEnd(int[] ids) {
    return Arrays.stream(ids).takeWhile(id -> id != TINY.eos()).toArray();
  }

  /** Hugging Face's rule, worked plainly: a token stays while those before it make at most p. */
  private static double[] nucleus(float[] logits, double temperature, double topP) {
    double[] p = new double[logits.length];
    double sum = 0;
    for (int id = 0; id < p.length; id++) {
      p[id] = Math.exp(logits[id] / temperature);
      sum += p[id];
    }
    int[] order =
        IntStream.range(0, p.length)
            .boxed()
            .sorted(Comparator.comparing(id -> -logits[id]))
            .mapToInt(Integer::intValue)
            .toArray();
    double before = 0;
    double kept = 0;
    double[] nucleus = new double[p.length];
    for (int id : order) {
      if (before <= topP) {
        nucleus[id] = p[id] / sum;
        kept += nucleus[id];
      }
      before += p[id] / sum;
    }
    for (int id = 0; id < p.length; id++) {
      nucleus[id] /= kept;
    }
    return nucleus;
  }
}
