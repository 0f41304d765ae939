package orcaflow.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import orcaflow.events.Alarm;
import orcaflow.events.Iteration;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.Policy;
import orcaflow.events.PolicyAction;
import orcaflow.events.PolicyRequest;
import orcaflow.events.PolicyRequestStatus;
import orcaflow.events.Promotion;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.service.Observe;
import orcaflow.stack.SharedStack;
import orcaflow.stack.Stack;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A trainer that opens iterations by itself, without an end, and lets only some policies through.
 */
class ContinuousTrainingIT {

  /**
   * Rows open the first iteration exactly, and in each test exactly those that another one wants
   * are written: of a write to two partitions a reader may see one first.
   */
  private static final int DEMONSTRATIONS = 63;

  private static final int STEPS = 40;

  private static Stack stack;

  @TempDir Path dir;

  @BeforeAll
  static void startStack() {
    stack = SharedStack.get();
  }

  @Test
  void inContinuousModeItOpensIterationsWithoutAnEndAndLeavesNoRowBehind() {
    Recipe recipe = Rig.endlessRecipe(STEPS, 40);
    Rig rig = new Rig(stack.cluster("continuous"));
    TrainerConfig config = config(Optional.empty());
    try (TrainerService service = rig.start(config, recipe)) {
      rig.write(Topics.DEMONSTRATIONS, Rig.demonstrations(39));
      rig.write(
          Topics.DEMONSTRATIONS, Rig.demonstrations(DEMONSTRATIONS).subList(39, DEMONSTRATIONS));
      Rig.await("the first policy", () -> rig.read(Topics.POLICIES).size() == 1);
      List<LabelledCompletion> second = Rig.completions(12, 2);
      rig.write(Topics.LABELLED_COMPLETIONS, second.subList(0, 40));
      Rig.await("the second policy", () -> rig.read(Topics.POLICIES).size() == 2);
      // Eight come too late for the second iteration, and are among the rows of the third.
      rig.write(Topics.LABELLED_COMPLETIONS, second.subList(40, 48));
      rig.write(Topics.LABELLED_COMPLETIONS, Rig.completions(8, 3));
      Rig.await("the third policy", () -> rig.read(Topics.POLICIES).size() == 3);
      rig.write(Topics.LABELLED_COMPLETIONS, Rig.completions(10, 4));
      Rig.await("the fourth policy", () -> rig.read(Topics.POLICIES).size() == 4);
    }
    assertThat(rig.read(Topics.ITERATIONS))
        .allMatch(iteration -> iteration.getRecipe().equals(Rig.RECIPE_ID))
        .extracting(Iteration::getName)
        .containsExactly("M1", "M2", "M3", "M4");
    assertThat(rig.read(Topics.POLICIES))
        .extracting(Policy::getNote)
        .satisfiesExactly(
            first -> assertThat(first).startsWith("63 demonstrations"),
            then -> assertThat(then).startsWith("40 labelled completions"),
            then -> assertThat(then).startsWith("40 labelled completions"),
            then -> assertThat(then).startsWith("40 labelled completions"));
    assertThat(rig.read(Topics.POLICIES).get(3).getParent())
        .isEqualTo(rig.read(Topics.POLICIES).get(2).getVersion());
  }

  @Test
  void rolloutsThatLagTooFarBehindAreCountedAndLeftOut() {
    Recipe recipe = Rig.endlessRecipe(STEPS, 30, "maxAge: 0");
    Rig rig = new Rig(stack.cluster("stale"));
    try (TrainerService service = rig.start(config(Optional.empty()), recipe)) {
      rig.write(Topics.DEMONSTRATIONS, Rig.demonstrations(DEMONSTRATIONS));
      Rig.await("the first policy", () -> rig.read(Topics.POLICIES).size() == 1);
      String first = rig.read(Topics.POLICIES).get(0).getVersion();
      List<LabelledCompletion> rows = by(first, Rig.completions(12, 2));
      rig.write(Topics.LABELLED_COMPLETIONS, rows.subList(0, 30));
      Rig.await("the second policy", () -> rig.read(Topics.POLICIES).size() == 2);
      String second = rig.read(Topics.POLICIES).get(1).getVersion();
      // Eight of the first policy come when the second one is there. They do not open the third
      // iteration: with them there would be 32 of 30 rows.
      rig.write(Topics.LABELLED_COMPLETIONS, rows.subList(40, 48));
      List<LabelledCompletion> third = by(second, Rig.completions(9, 3));
      rig.write(Topics.LABELLED_COMPLETIONS, third.subList(0, 24));
      Rig.await(
          "24 rows",
          () -> Rig.observed(service, "/metrics").contains("rows_new{service=\"trainer\"} 24.0"));
      rig.write(Topics.LABELLED_COMPLETIONS, third.subList(24, 30));
      Rig.await("the third policy", () -> rig.read(Topics.POLICIES).size() == 3);
      assertThat(Rig.observed(service, "/metrics"))
          .contains("orcaflow_train_rows_stale_total{service=\"trainer\"} 8.0");
    }
    assertThat(rig.read(Topics.POLICIES).get(1).getNote()).startsWith("30 labelled completions");
    assertThat(rig.read(Topics.POLICIES).get(2).getNote())
        .startsWith("30 labelled completions")
        .endsWith("; 8 left out as more than 0 policies behind");
    assertThat(rig.read(Topics.TRAINING_STEPS))
        .filteredOn(step -> !step.getIteration().equals("M1"))
        .isNotEmpty()
        .allMatch(step -> step.getAgeMax() == 0);
  }

  @Test
  void anIterationWhoseRowsStoppedComingOpensWithThoseThatAreThere() throws InterruptedException {
    Recipe recipe = Rig.endlessRecipe(STEPS, 30);
    Rig rig = new Rig(stack.cluster("quiet"));
    try (TrainerService service = rig.start(config(Optional.empty(), 3), recipe)) {
      rig.write(Topics.DEMONSTRATIONS, Rig.demonstrations(10));
      Rig.await(
          "10 rows",
          () -> Rig.observed(service, "/metrics").contains("rows_new{service=\"trainer\"} 10.0"));
      // Demonstrations come as fast as a teacher solves: they are waited for.
      TimeUnit.SECONDS.sleep(5);
      assertThat(rig.read(Topics.ITERATIONS)).isEmpty();
      rig.write(
          Topics.DEMONSTRATIONS, Rig.demonstrations(DEMONSTRATIONS).subList(10, DEMONSTRATIONS));
      Rig.await("the first policy", () -> rig.read(Topics.POLICIES).size() == 1);
      rig.write(Topics.LABELLED_COMPLETIONS, Rig.completions(6, 2));
      Rig.await("the second policy", () -> rig.read(Topics.POLICIES).size() == 2);
      rig.write(Topics.LABELLED_COMPLETIONS, Rig.completions(9, 3).subList(0, 30));
      Rig.await("the third policy", () -> rig.read(Topics.POLICIES).size() == 3);
    }
    assertThat(rig.read(Topics.POLICIES))
        .extracting(Policy::getNote)
        .satisfiesExactly(
            first -> assertThat(first).startsWith("63 demonstrations"),
            then -> assertThat(then).startsWith("24 labelled completions"),
            then -> assertThat(then).startsWith("30 labelled completions"));
  }

  private static List<LabelledCompletion> by(String policy, List<LabelledCompletion> rows) {
    rows.forEach(row -> row.put("policyVersion", policy));
    return rows;
  }

  @Test
  void anEarlierPolicyIsServedAgainWhenSomebodyAsksAndTheNextIterationBeginsWithIt() {
    Recipe recipe = Rig.endlessRecipe(STEPS, 30);
    Rig rig = new Rig(stack.cluster("restored"));
    try (TrainerService service = rig.start(config(Optional.empty()), recipe)) {
      rig.write(Topics.DEMONSTRATIONS, Rig.demonstrations(DEMONSTRATIONS));
      Rig.await("the first policy", () -> rig.read(Topics.POLICIES).size() == 1);
      String first = rig.read(Topics.POLICIES).get(0).getVersion();
      rig.write(Topics.POLICY_REQUESTS, List.of(request("same", first), request("none", "M7")));
      Rig.await("two answers", () -> rig.read(Topics.POLICY_REQUESTS).size() == 4);
      rig.write(Topics.LABELLED_COMPLETIONS, Rig.completions(12, 2));
      Rig.await("the second policy", () -> rig.read(Topics.POLICIES).size() == 2);
      rig.write(Topics.POLICY_REQUESTS, List.of(request("back", first)));
      Rig.await("the third policy", () -> rig.read(Topics.POLICIES).size() == 3);
    }
    // What was answered before is not answered again.
    try (TrainerService service = rig.start(config(Optional.empty()), recipe)) {
      rig.write(Topics.LABELLED_COMPLETIONS, Rig.completions(8, 3));
      Rig.await("the fourth policy", () -> rig.read(Topics.POLICIES).size() == 4);
    }
    List<Policy> policies = rig.read(Topics.POLICIES);
    String served = policies.get(0).getVersion();
    Policy again = policies.get(2);
    assertThat(policies).extracting(Policy::getName).containsExactly("M1", "M2", "M3", "M4");
    assertThat(again.getWeightsHash())
        .isEqualTo(policies.get(0).getWeightsHash())
        .isNotEqualTo(policies.get(1).getWeightsHash());
    assertThat(again.getAlgorithm()).isEqualTo("rollback");
    assertThat(again.getParent()).isEqualTo(served);
    assertThat(again.getRequest()).isEqualTo("back");
    assertThat(again.getNote()).isEqualTo(served + " again: a test");
    assertThat(policies.get(3).getParent()).isEqualTo(again.getVersion());
    assertThat(rig.read(Topics.ITERATIONS))
        .extracting(Iteration::getAlgorithm)
        .containsExactly("sft", "kto", "rollback", "kto");
    assertThat(rig.read(Topics.POLICY_REQUESTS))
        .filteredOn(event -> event.getStatus() != PolicyRequestStatus.ASKED)
        .extracting(PolicyRequest::getStatus, PolicyRequest::getNote)
        .containsExactly(
            tuple(PolicyRequestStatus.REFUSED, served + " is served already, as " + served),
            tuple(PolicyRequestStatus.REFUSED, "there is no policy 'M7'"),
            tuple(PolicyRequestStatus.DONE, "M3 serves %s again".formatted(served)));
  }

  private static PolicyRequest request(String name, String policy) {
    return PolicyRequest.newBuilder()
        .setId(Ids.policyRequest(name, PolicyRequestStatus.ASKED))
        .setRequest(name)
        .setAction(PolicyAction.ROLLBACK)
        .setPolicyVersion(policy)
        .setStatus(PolicyRequestStatus.ASKED)
        .setNote("a test")
        .setTime(Instant.now())
        .build();
  }

  @Test
  void weightsThatAreWorseOnTheValidationQuestionsDoNotBecomeThePolicy() throws IOException {
    Recipe recipe = Rig.gatedRecipe(300, 30, "learningRate: 0.3", 0.02);
    Rig rig = new Rig(stack.cluster("gated"));
    try (TrainerService service = rig.start(config(Optional.of(questions())), recipe)) {
      rig.write(Topics.DEMONSTRATIONS, Rig.demonstrations(DEMONSTRATIONS));
      Rig.await("the first policy", () -> rig.read(Topics.POLICIES).size() == 1);
      rig.write(Topics.LABELLED_COMPLETIONS, Rig.completions(12, 2));
      Rig.await("the second policy", () -> rig.read(Topics.POLICIES).size() == 2);
    }
    Policy first = rig.read(Topics.POLICIES).get(0);
    Policy second = rig.read(Topics.POLICIES).get(1);
    Promotion found = second.getPromotion();

    assertThat(first.getPromotion()).as("nothing to compare with").isNull();
    assertThat(found.getPromoted()).isFalse();
    assertThat(found.getQuestions()).isEqualTo(20);
    assertThat(found.getBefore()).isGreaterThan(0.3);
    assertThat(found.getAfter()).isLessThan(found.getBefore());
    assertThat(found.getLow()).isLessThan(-found.getMargin());
    assertThat(found.getValidation()).startsWith("validation.jsonl@");
    assertThat(found.getCandidate()).isNotEqualTo(second.getWeightsHash());
    assertThat(second.getWeightsHash()).isEqualTo(first.getWeightsHash());
    assertThat(second.getStep()).isZero();
    assertThat(second.getExamples()).isPositive();
    List<Alarm> alarms = rig.read(Topics.ALARMS);
    assertThat(alarms)
        .isNotEmpty()
        .allMatch(alarm -> alarm.getPolicyVersion().equals(second.getVersion()))
        .allMatch(alarm -> alarm.getAction().startsWith("the weights were dropped"));
    assertThat(found.getAlarms())
        .isEqualTo(alarms.stream().map(alarm -> alarm.getKind().name()).toList());
  }

  @Test
  void weightsThatAreNotWorseBecomeThePolicy() throws IOException {
    Recipe recipe = Rig.gatedRecipe(300, 30, "learningRate: 1e-7", 0.25);
    Rig rig = new Rig(stack.cluster("promoted"));
    try (TrainerService service = rig.start(config(Optional.of(questions())), recipe)) {
      rig.write(Topics.DEMONSTRATIONS, Rig.demonstrations(DEMONSTRATIONS));
      Rig.await("the first policy", () -> rig.read(Topics.POLICIES).size() == 1);
      rig.write(Topics.LABELLED_COMPLETIONS, Rig.completions(12, 2));
      Rig.await("the second policy", () -> rig.read(Topics.POLICIES).size() == 2);
    }
    Policy second = rig.read(Topics.POLICIES).get(1);

    assertThat(second.getPromotion().getPromoted()).isTrue();
    assertThat(second.getPromotion().getCandidate()).isEqualTo(second.getWeightsHash());
    assertThat(second.getStep()).isEqualTo(12);
    assertThat(rig.read(Topics.ALARMS)).isEmpty();
  }

  @Test
  void aGateWithoutQuestionsIsRefusedInOneSentence() {
    Rig rig = new Rig(stack.cluster("ungated"));
    assertThatThrownBy(
            () ->
                rig.start(
                    config(Optional.empty()), Rig.gatedRecipe(STEPS, 30, "learningRate: 1", 0.02)))
        .hasMessage(
            "recipe 'small' has a gate, and trainer.evaluate.validation is missing: give a file of"
                + " questions that are in no benchmark");
  }

  private TrainerConfig config(Optional<Path> validation) {
    return config(validation, 0);
  }

  private TrainerConfig config(Optional<Path> validation, int quietSeconds) {
    return new TrainerConfig(
        dir.toString(),
        1,
        "cpu",
        "float32",
        new TrainerConfig.Train(
            true, new TrainerConfig.Checkpointing(10, 60, 2), 20, DEMONSTRATIONS, quietSeconds),
        new TrainerConfig.Server(false, "127.0.0.1", Optional.of(0), 16, 5, 64, 2, 16),
        new TrainerConfig.Evaluate(false, List.of(), validation.map(Path::toString), 8),
        Observe.LOOPBACK.onFreePort());
  }

  /** Questions of the demonstrations: after enough steps the student knows the answers. */
  private Path questions() throws IOException {
    List<String> rows =
        IntStream.range(0, 20)
            .mapToObj(
                i ->
                    "{\"id\":\"%d\",\"question\":\"%s\",\"answer\":\"%d\"}"
                        .formatted(i, Rig.question(i * 3), Rig.answer(i * 3)))
            .toList();
    return Files.write(dir.resolve("validation.jsonl"), rows);
  }
}
