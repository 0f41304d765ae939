package orcaflow.trainer.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import orcaflow.schemas.recipe.ObjectiveSpec;
import orcaflow.schemas.recipe.ObjectiveSpec.KtoLoss;
import orcaflow.trainer.ReferenceFiles;
import orcaflow.trainer.Students;
import orcaflow.trainer.model.Ops;
import orcaflow.trainer.tokenizer.Example;
import orcaflow.trainer.torch.Torch;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses and their gradients, worked by hand and against published numbers. */
class LossesTest {

  private static final Offset<Double> EXACT = within(1e-9);
  private static final Kto.Settings KTO = Students.kto(0.1, 1, 1);

  @Test
  void ktoIsHalfTheWeightWhereThePolicyIsTheReference() {
    double[] same = {-3, -5};
    Kto.Settings settings = Students.kto(0.1, 1.5, 0.5);
    Kto.Loss loss = Kto.Loss.of(same, same, new boolean[] {true, false}, 0, 2, settings);
    assertThat(loss.loss()).isCloseTo(0.5 * (1.5 + 0.5) / 2, EXACT);
    // d/dr of lambda (1 - sigmoid(beta r)) / n at 0 is -lambda beta / 4 / n.
    assertThat(loss.gradients()[0]).isCloseTo(-1.5 * 0.1 / 8, EXACT);
    assertThat(loss.gradients()[1]).isCloseTo(0.5 * 0.1 / 8, EXACT);
  }

  @Test
  void klIsTheMeanOverTheBatchClampedAfterwards() {
    assertThat(Kto.kl(new double[] {-1, -5}, new double[] {-4, -6})).isCloseTo(2, EXACT);
    assertThat(Kto.kl(new double[] {-9, -5}, new double[] {-4, -6})).isEqualTo(0);
  }

  @Test
  void aPartOfABatchCountsByTheWholeBatch() {
    double[] policy = {-3, -4, -5};
    double[] reference = {-3.5, -3.5, -4};
    boolean[] desirable = {true, false, true};
    Kto.Loss whole = Kto.Loss.of(policy, reference, desirable, 0.2, 3, KTO);
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      Kto.Loss part =
          Kto.Loss.of(
              new double[] {policy[i]},
              new double[] {reference[i]},
              new boolean[] {desirable[i]},
              0.2,
              3,
              KTO);
      sum += part.loss();
      assertThat(part.gradients()[0]).isEqualTo(whole.gradients()[i]);
    }
    assertThat(sum).isCloseTo(whole.loss(), EXACT);
  }

  @Test
  void dpoIsLogTwoWhereThePolicyIsTheReference() {
    double[] chosen = {-3};
    double[] rejected = {-7};
    Dpo.Loss loss = Dpo.Loss.of(chosen, rejected, chosen, rejected, 1, 4, Students.dpo(0.1));
    assertThat(loss.loss()).isCloseTo(Math.log(2), EXACT);
    assertThat(loss.chosenGradients()[0]).isCloseTo(-0.05, EXACT);
    assertThat(loss.rejectedGradients()[0]).isCloseTo(0.05, EXACT);
  }

  @Test
  void dpoMayAddTheLikelihoodOfEveryChosenToken() {
    double[] chosen = {-3, -9};
    double[] rejected = {-7, -8};
    ObjectiveSpec.Dpo settings = Students.dpo(0.1, 0.5);
    Dpo.Loss loss = Dpo.Loss.of(chosen, rejected, chosen, rejected, 2, 6, settings);
    // ln 2 as at the reference, and half of the 12 nats over 6 tokens.
    assertThat(loss.loss()).isCloseTo(Math.log(2) + 0.5 * 12 / 6, EXACT);
    assertThat(loss.chosenGradients())
        .containsExactly(new double[] {-0.025 - 0.5 / 6, -0.025 - 0.5 / 6}, EXACT);
    assertThat(loss.rejectedGradients()).containsExactly(new double[] {0.025, 0.025}, EXACT);
  }

  @Test
  void apoZeroNeedsNoMismatchedPairs() {
    double[] policy = {-3, -3, -3};
    double[] reference = {-5, -5, -3};
    boolean[] desirable = {true, false, false};
    Kto.Settings settings = Students.kto(0.5, 2, 3, KtoLoss.APO_ZERO_UNPAIRED);
    double sigmoid = 1 / (1 + Math.exp(-1));
    for (double kl : new double[] {0, 7}) {
      Kto.Loss loss = Kto.Loss.of(policy, reference, desirable, kl, 3, settings);
      assertThat(loss.loss()).isCloseTo((2 * (1 - sigmoid) + 3 * sigmoid + 1.5) / 3, EXACT);
      assertThat(loss.rewards()).containsExactly(new double[] {1, 1, 0}, EXACT);
      double slope = 0.5 * sigmoid * (1 - sigmoid) / 3;
      assertThat(loss.gradients())
          .containsExactly(new double[] {-2 * slope, 3 * slope, 3 * 0.5 / 4 / 3}, EXACT);
    }
  }

  @ParameterizedTest
  @EnumSource
  void ktosGradientsEqualDifferences(KtoLoss variant) {
    Random random = new Random(1);
    Kto.Settings settings = Students.kto(0.3, 1.7, 0.6, variant);
    for (int n = 1; n <= 7; n++) {
      double[] policy = random.doubles(n, -20, 0).toArray();
      double[] reference = random.doubles(n, -20, 0).toArray();
      boolean[] desirable = new boolean[n];
      for (int i = 0; i < n; i++) {
        desirable[i] = random.nextBoolean();
      }
      int size = n;
      assertThat(Kto.Loss.of(policy, reference, desirable, 0.4, n, settings).gradients())
          .containsExactly(
              slopes(policy, p -> Kto.Loss.of(p, reference, desirable, 0.4, size, settings).loss()),
              within(1e-7));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.2, 3})
  void dposGradientsEqualDifferences(double nllWeight) {
    Random random = new Random(2);
    ObjectiveSpec.Dpo settings = Students.dpo(0.3, nllWeight);
    for (int n = 1; n <= 5; n++) {
      double[] chosen = random.doubles(n, -20, 0).toArray();
      double[] rejected = random.doubles(n, -20, 0).toArray();
      double[] one = random.doubles(n, -20, 0).toArray();
      double[] two = random.doubles(n, -20, 0).toArray();
      int size = n;
      Dpo.Loss loss = Dpo.Loss.of(chosen, rejected, one, two, n, 40, settings);
      assertThat(loss.chosenGradients())
          .containsExactly(
              slopes(chosen, c -> Dpo.Loss.of(c, rejected, one, two, size, 40, settings).loss()),
              within(1e-7));
      assertThat(loss.rejectedGradients())
          .containsExactly(
              slopes(rejected, r -> Dpo.Loss.of(chosen, r, one, two, size, 40, settings).loss()),
              within(1e-7));
    }
  }

  private static double[] slopes(double[] at, ToDoubleFunction<double[]> loss) {
    double[] slopes = new double[at.length];
    for (int i = 0; i < at.length; i++) {
      double[] up = at.clone();
      double[] down = at.clone();
      up[i] += 1e-4;
      down[i] -= 1e-4;
      slopes[i] = (loss.applyAsDouble(up) - loss.applyAsDouble(down)) / 2e-4;
    }
    return slopes;
  }

  @Test
  void dpoStaysFiniteFarFromTheReference() {
    double[] zero = {0};
    double[] far = {1e5};
    ObjectiveSpec.Dpo plain = Students.dpo(1);
    assertThat(Dpo.Loss.of(zero, far, zero, zero, 1, 1, plain).loss()).isEqualTo(1e5);
    assertThat(Dpo.Loss.of(far, zero, zero, zero, 1, 1, plain).loss()).isEqualTo(0);
  }

  @Test
  void ktoEqualsTrl() {
    for (JsonNode known :
        ReferenceFiles.json(ReferenceFiles.path("kto_vectors.json")).get("cases")) {
      String name = known.get("name").asText();
      Kto.Settings settings =
          Students.kto(
              known.get("beta").asDouble(),
              known.get("desirable_weight").asDouble(),
              known.get("undesirable_weight").asDouble(),
              KtoLoss.valueOf(known.get("loss_type").asText().toUpperCase()));
      double[] policy = ReferenceFiles.doubles(known.get("policy_logps"));
      JsonNode expected = known.get("expected");
      double kl = 0;
      if (settings.loss() == KtoLoss.KTO) {
        kl =
            Kto.kl(
                ReferenceFiles.doubles(known.get("policy_kl_logps")),
                ReferenceFiles.doubles(known.get("ref_kl_logps")));
        assertThat(kl).as(name).isCloseTo(expected.get("kl").asDouble(), EXACT);
      }
      Kto.Loss loss =
          Kto.Loss.of(
              policy,
              ReferenceFiles.doubles(known.get("ref_logps")),
              ReferenceFiles.booleans(known.get("labels")),
              kl,
              policy.length,
              settings);
      assertThat(loss.loss()).as(name).isCloseTo(expected.get("loss").asDouble(), EXACT);
      assertThat(loss.rewards())
          .as(name)
          .containsExactly(ReferenceFiles.doubles(expected.get("rewards")), EXACT);
      assertThat(loss.gradients())
          .as(name)
          .containsExactly(ReferenceFiles.doubles(expected.get("grad_policy_logps")), EXACT);
    }
  }

  @Test
  void dpoEqualsTrl() {
    for (JsonNode known :
        ReferenceFiles.json(ReferenceFiles.path("dpo_vectors.json")).get("cases")) {
      String name = known.get("name").asText();
      double[] chosen = ReferenceFiles.doubles(known.get("policy_chosen_logps"));
      Dpo.Loss loss =
          Dpo.Loss.of(
              chosen,
              ReferenceFiles.doubles(known.get("policy_rejected_logps")),
              ReferenceFiles.doubles(known.get("ref_chosen_logps")),
              ReferenceFiles.doubles(known.get("ref_rejected_logps")),
              chosen.length,
              1,
              Students.dpo(known.get("beta").asDouble()));
      JsonNode expected = known.get("expected");
      assertThat(loss.loss()).as(name).isCloseTo(expected.get("loss").asDouble(), EXACT);
      assertThat(Arrays.stream(loss.chosenRewards()).average().orElseThrow())
          .isCloseTo(expected.get("rewards_chosen_mean").asDouble(), EXACT);
      assertThat(Arrays.stream(loss.rejectedRewards()).average().orElseThrow())
          .isCloseTo(expected.get("rewards_rejected_mean").asDouble(), EXACT);
      assertThat(loss.chosenGradients())
          .as(name)
          .containsExactly(ReferenceFiles.doubles(expected.get("grad_policy_chosen_logps")), EXACT);
      assertThat(loss.rejectedGradients())
          .as(name)
          .containsExactly(
              ReferenceFiles.doubles(expected.get("grad_policy_rejected_logps")), EXACT);
    }
  }

  @Test
  void mismatchedPairsAreTheCompletionsRotatedByOne() {
    JsonNode rotation =
        ReferenceFiles.json(ReferenceFiles.path("kto_vectors.json")).get("rotation");
    List<Example> examples = new ArrayList<>();
    for (JsonNode completion : rotation.get("completions")) {
      examples.add(new Example(new int[] {examples.size()}, ReferenceFiles.ints(completion)));
    }
    List<Example> mismatched = Kto.mismatched(examples, 1_000);
    JsonNode expected = rotation.get("kl_completions_rotated_plus_one");
    for (int i = 0; i < mismatched.size(); i++) {
      assertThat(mismatched.get(i).prompt()).containsExactly(i);
      assertThat(mismatched.get(i).completion()).isEqualTo(ReferenceFiles.ints(expected.get(i)));
    }
  }

  /**
   * From logits to sequence log-probabilities and back, in double; all at once, or two rows at a
   * time.
   */
  @ParameterizedTest
  @ValueSource(ints = {1000, 2})
  void tokenSumsAndTheirGradientsEqualTrl(int rowsAtATime) {
    JsonNode cases =
        ReferenceFiles.json(ReferenceFiles.path("kto_vectors.json")).get("token_level");
    try (Ops ops = new Ops();
        NDManager scope = Torch.manager()) {
      for (JsonNode known : cases) {
        JsonNode expected = known.get("expected");
        Tokens tokens = Tokens.of(known);
        NDArray logits =
            scope.create(tokens.logits, new Shape(tokens.targets.length, tokens.width));
        NDArray targets = scope.create(tokens.targets);
        NDArray head = scope.eye(tokens.width).toType(DataType.FLOAT64, false);
        NDArray most = scope.create((long) rowsAtATime * tokens.width);
        NDArray zeros = scope.zeros(new Shape(tokens.rows), DataType.FLOAT64);
        NDArray owners = scope.create(tokens.owners);
        NDList measured =
            ops.callAll(
                "completion_logps",
                true,
                scope,
                new NDList(head, logits, targets, owners, zeros, most));
        double[] sums = measured.get(0).toDoubleArray();
        assertThat(sums)
            .containsExactly(ReferenceFiles.doubles(expected.get("sequence_logps")), EXACT);

        double mean = -Arrays.stream(sums).sum() / tokens.targets.length;
        assertThat(mean).isCloseTo(expected.get("sft_loss").asDouble(), EXACT);
        double[] seeds = new double[tokens.targets.length];
        Arrays.fill(seeds, -1.0 / tokens.targets.length);
        NDArray seed = scope.create(seeds, new Shape(seeds.length, 1));
        NDArray none = scope.zeros(head.getShape(), DataType.FLOAT64);
        none.setName("G[]");
        NDArray gradient =
            ops.call(
                "logps_backward",
                true,
                scope,
                new NDList(head, none, logits, measured.get(2), targets, seed, most));
        assertThat(gradient.toDoubleArray()).containsExactly(tokens.gradients, EXACT);
      }
    }
  }

  /** Only the positions before completion tokens, as the student computes them. */
  private record Tokens(
      int rows, int width, double[] logits, long[] targets, long[] owners, double[] gradients) {

    static Tokens of(JsonNode known) {
      List<Double> logits = new ArrayList<>();
      List<Double> gradients = new ArrayList<>();
      List<Long> targets = new ArrayList<>();
      List<Long> owners = new ArrayList<>();
      JsonNode ids = known.get("input_ids");
      for (int b = 0; b < ids.size(); b++) {
        for (int t = 1; t < ids.get(b).size(); t++) {
          if (known.get("completion_mask").get(b).get(t).asInt() == 1) {
            targets.add(ids.get(b).get(t).asLong());
            owners.add((long) b);
            known.get("logits").get(b).get(t - 1).forEach(z -> logits.add(z.asDouble()));
            known
                .get("expected")
                .get("sft_grad_logits")
                .get(b)
                .get(t - 1)
                .forEach(z -> gradients.add(z.asDouble()));
          }
        }
      }
      return new Tokens(
          ids.size(),
          logits.size() / targets.size(),
          logits.stream().mapToDouble(Double::doubleValue).toArray(),
          targets.stream().mapToLong(Long::longValue).toArray(),
          owners.stream().mapToLong(Long::longValue).toArray(),
          gradients.stream().mapToDouble(Double::doubleValue).toArray());
    }
  }
}
