package orcaflow.trainer.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import orcaflow.trainer.Students;
import orcaflow.trainer.model.LogProbs;
import orcaflow.trainer.model.StudentConfig;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.tokenizer.Example;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ContinuousBatchTest {

  private static final StudentConfig TINY = Students.TINY;

  /** Plain, with a window, with many query heads to a key-value head and a long context. */
  static List<StudentConfig> shapes() {
    return List.of(
        TINY,
        Students.windowed(5),
        new StudentConfig(
            40, 64, 1, 8, 2, 32, 48, 320, 10_000, 1e-5, OptionalInt.empty(), false, 1, 2, 0));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void whoJoinsALeavingAndComingCompanyIsAnsweredAsAlone(StudentConfig shape) {
    try (Sampler sampler = new Sampler(shape, Students.lively(shape, 3));
        ContinuousBatch batch = sampler.newBatch()) {
      List<GenerationRequest> questions = questions(shape, 24);
      List<Generation> answers = new ArrayList<>();
      Random random = new Random(1);
      while (answers.size() < questions.size() || batch.rows() > 0) {
        for (int i = random.nextInt(4); i > 0 && answers.size() < questions.size(); i--) {
          answers.add(batch.add(questions.get(answers.size()), StopRule.NONE));
          if (answers.size() % 5 == 0) {
            answers.get(answers.size() - 3).cancel();
          }
        }
        batch.advance();
      }
      int compared = 0;
      for (int i = 0; i < questions.size(); i++) {
        if (answers.get(i).done()) {
          RequestOutput alone = sampler.generate(List.of(questions.get(i))).get(0);
          for (int n = 0; n < alone.samples().size(); n++) {
            assertThat(answers.get(i).output().completions().get(n))
                .as("sample %d of question %d", n, i)
                .isEqualTo(alone.completions().get(n));
          }
          compared++;
        }
      }
      assertThat(compared).isGreaterThanOrEqualTo(20);
    }
  }

  @Test
  void whoIsCancelledLeavesAtOnce() {
    try (Sampler sampler = new Sampler(TINY, Students.lively(TINY, 3));
        ContinuousBatch batch = sampler.newBatch()) {
      int[] prompt = {1, 7, 9};
      batch.add(new GenerationRequest(prompt, 1, 0.7, 0.9, 1, 60), StopRule.NONE);
      Generation gone = batch.add(new GenerationRequest(prompt, 3, 0.7, 0.9, 2, 60), StopRule.NONE);
      Generation never =
          batch.add(new GenerationRequest(prompt, 2, 0.7, 0.9, 3, 60), StopRule.NONE);
      never.cancel();
      batch.advance();
      gone.cancel();
      batch.advance();
      assertThat(batch.rows()).isLessThanOrEqualTo(1);
      assertThat(gone.done()).isFalse();
      assertThat(never.done()).isFalse();
    }
  }

  @Test
  void logProbabilitiesAreThoseOfTheLearner() {
    Weights weights = Students.lively(TINY, 4);
    try (Sampler sampler = new Sampler(TINY, weights);
        LogProbs model = new LogProbs(TINY, weights)) {
      List<GenerationRequest> questions =
          questions(TINY, 12).stream()
              .map(
                  q ->
                      new GenerationRequest(
                          q.prompt(),
                          q.samples(),
                          q.temperature(),
                          q.topP(),
                          q.seed(),
                          q.maxTokens(),
                          q.seed() % 3 == 0 ? OptionalInt.empty() : OptionalInt.of(3)))
              .toList();
      List<RequestOutput> answers = sampler.generate(questions);
      for (int i = 0; i < questions.size(); i++) {
        for (CompletionOutput sample : answers.get(i).samples()) {
          if (questions.get(i).logProbs().isEmpty()) {
            assertThat(sample.tokens()).isEmpty();
          } else {
            compare(model, questions.get(i).prompt(), sample);
          }
        }
      }
    }
  }

  private static void compare(LogProbs model, int[] prompt, CompletionOutput sample) {
    int[] completion = sample.tokens().stream().mapToInt(CompletionOutput.Token::id).toArray();
    assertThat(Arrays.copyOf(completion, sample.ids().length)).isEqualTo(sample.ids());
    double told = sample.tokens().stream().mapToDouble(CompletionOutput.Token::logProb).sum();
    double learnt = model.sequenceLogProbs(List.of(new Example(prompt, completion)))[0];
    assertThat(told).isCloseTo(learnt, within(1e-4 * completion.length));
    int[] all = Arrays.copyOf(prompt, prompt.length + completion.length);
    System.arraycopy(completion, 0, all, prompt.length, completion.length);
    double[] each = model.tokenLogProbs(all);
    for (int t = 0; t < completion.length; t++) {
      CompletionOutput.Token token = sample.tokens().get(t);
      assertThat(token.logProb()).isCloseTo(each[prompt.length - 1 + t], within(1e-4));
      assertThat(token.likeliest()).hasSize(3).doesNotHaveDuplicates();
      assertThat(token.logProbs()[0]).isGreaterThanOrEqualTo(token.logProb());
    }
  }

  @Test
  void aStopRuleEndsACompletionWithTheTokenItNames() {
    try (Sampler sampler = new Sampler(TINY, Students.lively(TINY, 3));
        ContinuousBatch batch = sampler.newBatch()) {
      GenerationRequest question = new GenerationRequest(new int[] {1, 7, 9}, 4, 1, 1, 5, 40);
      List<int[]> whole = sampler.generate(List.of(question)).get(0).completions();
      Generation cut =
          batch.add(
              question,
              (ids, from) ->
                  from < 11 && ids.length >= 11 ? OptionalInt.of(11) : OptionalInt.empty());
      while (!cut.done()) {
        batch.advance();
      }
      for (int i = 0; i < whole.size(); i++) {
        int[] ids = whole.get(i);
        assertThat(cut.output().completions().get(i))
            .isEqualTo(Arrays.copyOf(ids, Math.min(11, ids.length)));
        assertThat(cut.output().finishReasons().get(i)).isEqualTo("stop");
      }
    }
  }

  private static List<GenerationRequest> questions(StudentConfig shape, int count) {
    Random random = new Random(9);
    List<GenerationRequest> questions = new ArrayList<>();
    int most = shape.contextLength();
    for (int i = 0; i < count; i++) {
      int[] prompt = Students.ids(random, 1 + random.nextInt(most / 2));
      double temperature = i % 5 == 0 ? 0 : 0.5 + random.nextDouble();
      double topP = i % 7 == 0 ? 0.2 : 0.95;
      questions.add(
          new GenerationRequest(
              prompt, 1 + random.nextInt(4), temperature, topP, i, 5 + random.nextInt(most / 3)));
    }
    return questions;
  }
}
