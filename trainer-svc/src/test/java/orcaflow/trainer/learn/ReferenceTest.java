package orcaflow.trainer.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import orcaflow.schemas.recipe.Schedule;
import orcaflow.testing.SharedFolder;
import orcaflow.trainer.ReferenceFiles;
import orcaflow.trainer.Trainee;
import orcaflow.trainer.generate.GenerationRequest;
import orcaflow.trainer.generate.Sampler;
import orcaflow.trainer.model.LogProbs;
import orcaflow.trainer.model.Safetensors;
import orcaflow.trainer.model.StudentConfig;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.tokenizer.Example;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The student computes what the reference implementation computes; {@code reference/README.md} has
 * the tolerances.
 */
class ReferenceTest {

  private static final Offset<Double> LOGIT = within(2e-4);
  private static final Offset<Double> LOG_PROB = within(1e-4);
  private static final AdamWSettings ANY =
      new AdamWSettings(1e-3, 0, Schedule.CONSTANT, 1, 1, 0, 0.9, 0.999, 1e-8, 0);

  private record Checkpoint(StudentConfig config, Weights weights, JsonNode reference) {

    static Checkpoint mistral(String variant) {
      Path folder = ReferenceFiles.path("tiny-mistral");
      return new Checkpoint(
          StudentConfig.read(folder.resolve(variant).resolve("config.json")),
          Safetensors.read(folder.resolve("model.safetensors")),
          ReferenceFiles.json(folder.resolve(variant).resolve("reference.json")));
    }

    static Checkpoint stories() {
      Path folder = SharedFolder.path("models/stories260K");
      Path model = folder.resolve("hf");
      return new Checkpoint(
          StudentConfig.read(model.resolve("config.json")),
          Safetensors.read(model.resolve("model.safetensors")),
          ReferenceFiles.json(folder.resolve("reference.json")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"full", "window16"})
  void logitsAndLogProbsEqualTheReference(String variant) {
    Checkpoint mistral = Checkpoint.mistral(variant);
    JsonNode right = mistral.reference.get("cases").get(0);
    try (LogProbs model = new LogProbs(mistral.config, mistral.weights)) {
      for (int row = 0; row < 2; row++) {
        int[] padded = ReferenceFiles.ints(right.get("input_ids").get(row));
        int length = Arrays.stream(ReferenceFiles.ints(right.get("attention_mask").get(row))).sum();
        int[] ids = Arrays.copyOf(padded, length);
        float[][] logits = model.logits(ids);
        for (int i = 0; i < length; i++) {
          assertRow(logits[i], right.get("logits").get(row).get(i), LOGIT);
          assertThat(likeliest(logits[i])).isEqualTo(right.get("argmax").get(row).get(i).asInt());
        }
        double[] logProbs = model.tokenLogProbs(ids);
        for (int i = 0; i < length - 1; i++) {
          double expected = right.get("token_logprobs").get(row).get(i).asDouble();
          assertThat(logProbs[i]).isCloseTo(expected, LOG_PROB);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"full", "window16"})
  void logProbsOfAPaddedBatchEqualTheReference(String variant) {
    Checkpoint mistral = Checkpoint.mistral(variant);
    JsonNode right = mistral.reference.get("cases").get(0);
    List<Example> batch = new ArrayList<>();
    for (int row = 0; row < 2; row++) {
      int length = Arrays.stream(ReferenceFiles.ints(right.get("attention_mask").get(row))).sum();
      int[] ids = ReferenceFiles.ints(right.get("input_ids").get(row));
      batch.add(new Example(Arrays.copyOf(ids, 1), Arrays.copyOfRange(ids, 1, length)));
    }
    try (LogProbs model = new LogProbs(mistral.config, mistral.weights)) {
      double[] sums = model.sequenceLogProbs(batch);
      double[] expected = ReferenceFiles.doubles(right.get("sequence_logprob_sum"));
      // Printed with 8 digits there, and a sum of up to 39 log-probabilities.
      assertThat(sums[0]).isCloseTo(expected[0], within(1e-3));
      assertThat(sums[1]).isCloseTo(expected[1], within(1e-3));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"full", "window16"})
  void greedyIdsEqualTheReferenceWithAndWithoutCache(String variant) {
    Checkpoint mistral = Checkpoint.mistral(variant);
    for (JsonNode greedy : mistral.reference.get("greedy")) {
      assertGreedy(mistral, ReferenceFiles.ints(greedy.get("prompt")), greedy.get("new_tokens"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"full", "window16"})
  void lossAndGradientNormsEqualTheReference(String variant) {
    Checkpoint mistral = Checkpoint.mistral(variant);
    JsonNode sft = mistral.reference.get("sft");
    int[] ids = ReferenceFiles.ints(sft.get("input_ids"));
    int[] labels = ReferenceFiles.ints(sft.get("labels"));
    int begin = (int) Arrays.stream(labels).takeWhile(label -> label < 0).count();
    Example example =
        new Example(Arrays.copyOf(ids, begin), Arrays.copyOfRange(ids, begin, ids.length));
    int targets = example.completion().length;
    try (Trainee learner = Trainee.of(mistral.config, mistral.weights, mistral.weights, ANY)) {
      learner
          .learner()
          .backward(
              List.of(example),
              (rows, logProbs) -> new SequenceLoss.Part(0, new double[] {-1.0 / targets}));
      Weights gradients = learner.learner().gradients();
      for (String name : gradients.names()) {
        double norm = norm(gradients.get(name).values());
        double expected = sft.get("grad_l2").get(name).asDouble();
        assertThat(norm).as(name).isCloseTo(expected, within(1e-4 * Math.max(1, expected)));
      }
    }
    try (Trainee learner = Trainee.of(mistral.config, mistral.weights, mistral.weights, ANY)) {
      assertThat(learner.sft(List.of(example)).loss())
          .isCloseTo(sft.get("loss").asDouble(), LOG_PROB);
    }
  }

  @Test
  void theStoriesModelTellsItsPublishedStory() {
    Checkpoint stories = Checkpoint.stories();
    int[] ids = ReferenceFiles.ints(stories.reference.get("greedy_from_bos").get("ids"));
    try (Sampler sampler = new Sampler(stories.config, stories.weights)) {
      GenerationRequest question =
          new GenerationRequest(Arrays.copyOf(ids, 1), 1, 0, 1, 0, ids.length - 1);
      assertThat(sampler.generate(List.of(question)).get(0).completions().get(0))
          .isEqualTo(Arrays.copyOfRange(ids, 1, ids.length));
    }
  }

  @Test
  void theStoriesModelEqualsItsReference() {
    Checkpoint stories = Checkpoint.stories();
    for (JsonNode known : stories.reference.get("cases")) {
      int[] ids = ReferenceFiles.ints(known.get("input_ids"));
      try (LogProbs model = new LogProbs(stories.config, stories.weights)) {
        float[][] logits = model.logits(ids);
        assertRow(logits[ids.length - 1], known.get("last_logits"), within(1e-3));
        double[] logProbs = model.tokenLogProbs(ids);
        for (int i = 0; i < logProbs.length; i++) {
          assertThat(likeliest(logits[i])).isEqualTo(known.get("argmax").get(i).asInt());
          assertThat(logProbs[i])
              .isCloseTo(known.get("token_logprobs").get(i).asDouble(), within(1e-3));
        }
      }
      assertGreedy(stories, ids, known.get("greedy_new_ids"));
    }
  }

  private static void assertGreedy(Checkpoint checkpoint, int[] prompt, JsonNode expected) {
    int[] ids = ReferenceFiles.ints(expected);
    try (LogProbs model = new LogProbs(checkpoint.config, checkpoint.weights);
        Sampler sampler = new Sampler(checkpoint.config, checkpoint.weights)) {
      assertThat(model.greedy(prompt, ids.length)).isEqualTo(ids);
      GenerationRequest question = new GenerationRequest(prompt, 1, 0, 1, 0, ids.length);
      assertThat(sampler.generate(List.of(question)).get(0).completions().get(0)).isEqualTo(ids);
    }
  }

  private static void assertRow(float[] actual, JsonNode expected, Offset<Double> tolerance) {
    assertThat(actual).hasSize(expected.size());
    for (int i = 0; i < actual.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected.get(i).asDouble(), tolerance);
    }
  }

  private static int likeliest(float[] logits) {
    int best = 0;
    for (int id = 1; id < logits.length; id++) {
      if (logits[id] > logits[best]) {
        best = id;
      }
    }
    return best;
  }

  private static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }
}
