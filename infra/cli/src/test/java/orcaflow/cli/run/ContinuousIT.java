package orcaflow.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import orcaflow.cli.Printed;
import orcaflow.cli.page.AskedPolicies;
import orcaflow.events.Iteration;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.OffsetRange;
import orcaflow.events.Policy;
import orcaflow.events.PolicyAction;
import orcaflow.events.PolicyRequestStatus;
import orcaflow.events.ProblemCandidate;
import orcaflow.events.RolloutRequest;
import orcaflow.events.TrainingStep;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;
import orcaflow.stack.Stack;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code up} with an endless recipe and a source, killed once, until its fifth policy. */
class ContinuousIT {

  /** Nats. */
  private static final double MOST_MISMATCH = 2e-5;

  private static final int LAST = 5;
  private static final String OWN = "Ann has 3 apples. She buys 4 apples. How many apples has Ann?";

  @TempDir Path dir;

  @Test
  void itLearnsOnAndOnAndLosesNothingWhenItIsKilled() throws Exception {
    RunControlProcess killed = new RunControlProcess(arguments());
    killed.awaitLine("M1 is there: sft");
    AskedPolicies.areGraded(dir.resolve("up"));
    killed.awaitLine("] M3 kto:");
    assertThat(killed.kill()).as(killed.output()).isTrue();
    RunControlProcess up = new RunControlProcess(arguments());
    ShownMetrics shown = ShownMetrics.of(dir.resolve("up"), up);
    assertThat(up.awaitEnd()).as(up.output()).isZero();
    assertThat(dir.resolve("up/prometheus-targets.json")).as("nothing runs").doesNotExist();
    assertThat(up.output())
        .contains("own.jsonl (JSON Lines): 1 rows, 1 usable", "1 rows of " + dir)
        .contains("M5 (kto) is open", "M5 is there: kto", "problems let in", "M1 -> M5")
        .containsPattern("main-M5-\\d+-\\w+ greedy: pass@1 ");

    shown.areThoseOfTheCatalogue();

    try (Stack stack = Stack.start(dir.resolve("up/stack"))) {
      theRecordsFit(Records.of(stack, "main"));
      policiesAreListedAndCompared(stack.cluster("main"));
    }
  }

  private static void theRecordsFit(Records records) {
    List<Policy> policies = records.of(Topics.POLICIES);
    assertThat(policies).extracting(Policy::getName).startsWith("M1", "M2", "M3", "M4", "M5");
    for (int i = 1; i < policies.size(); i++) {
      assertThat(policies.get(i).getParent()).isEqualTo(policies.get(i - 1).getVersion());
    }
    for (var topic :
        List.of(
            Topics.PROBLEM_CANDIDATES,
            Topics.PROBLEMS,
            Topics.ROLLOUT_REQUESTS,
            Topics.STUDENT_ROLLOUTS,
            Topics.GRADED_ROLLOUTS,
            Topics.LABELLED_COMPLETIONS,
            Topics.ITERATIONS,
            Topics.TRAINING_STEPS)) {
      assertThat(records.ids(topic)).as(topic.name()).isNotEmpty().doesNotHaveDuplicates();
    }
    assertThat(records.of(Topics.PROBLEM_CANDIDATES))
        .extracting(ProblemCandidate::getQuestion)
        .contains(OWN);
    assertThat(policies.get(0).getPromotion()).isNull();
    assertThat(policies.subList(1, LAST))
        .allMatch(policy -> policy.getPromotion().getQuestions() == 30);
    everyRequestIsForAPolicyThatIsThere(records, policies);
    everyIterationBeginsWhereTheOneBeforeItEnded(records.of(Topics.ITERATIONS));
    everyStepIsThere(records.of(Topics.TRAINING_STEPS));
    assertThat(records.of(Topics.LABELLED_COMPLETIONS))
        .extracting(LabelledCompletion::getIteration)
        .allMatch(iteration -> iteration >= 2);
  }

  private static void policiesAreListedAndCompared(Cluster cluster) {
    Printed listing = Printed.by(cluster, List.of("policy", "ls"));
    assertThat(listing.status()).as(listing.text()).isZero();
    assertThat(listing.text())
        .startsWith("NAME    POLICY")
        .containsPattern("M1 +main-M1-60-\\w+ +sft +60 +- +\\d\\.\\d{3} +\\d\\.\\d{3}")
        .containsPattern(
            "M5 +main-M5-\\w+-\\w+ +kto +\\d +\\d\\.\\d{3} -> \\d\\.\\d{3} (promoted|dropped)");
    assertThat(Printed.by(cluster, List.of("policy", "ls", "-o", "json")).text())
        .contains("\"gate\":{\"promoted\":", "\"questions\":30", "\"greedy\":{\"benchmark\":");

    Printed difference = Printed.by(cluster, List.of("policy", "diff", "M1", "M5"));
    assertThat(difference.status()).as(difference.text()).isZero();
    assertThat(difference.text()).contains("30 questions of few.jsonl", "M1 -> M5  greedy");
    assertThat(Printed.by(cluster, List.of("policy", "diff", "M1", "M99")))
        .isEqualTo(
            new Printed(2, "orcaflow: there is no policy 'M99': 'policy ls' has the names\n"));
    withoutATrainerARequestStays(cluster);
  }

  private static void withoutATrainerARequestStays(Cluster cluster) {
    Printed asked =
        Printed.by(
            cluster, List.of("policy", "promote", "M2", "--wait", "1s", "--because", "a test"));
    assertThat(asked.status()).as(asked.text()).isZero();
    assertThat(asked.text())
        .matches(
            "asked for main-M2-\\d+-\\w+; the trainer takes it up after the iteration that it is at\\n");
    assertThat(CommittedTopic.all(cluster, Topics.POLICY_REQUESTS))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getAction()).isEqualTo(PolicyAction.PROMOTE);
              assertThat(event.getStatus()).isEqualTo(PolicyRequestStatus.ASKED);
              assertThat(event.getPolicyVersion()).startsWith("main-M2-");
              assertThat(event.getNote()).isEqualTo("a test");
            });
    assertThat(Printed.by(cluster, List.of("policy", "rollback", "--wait", "soon")))
        .isEqualTo(
            new Printed(
                2, "orcaflow: --wait is 'soon': give a number with s, m or h, for example 20m\n"));
  }

  private static void everyRequestIsForAPolicyThatIsThere(Records records, List<Policy> policies) {
    Map<Integer, String> versions =
        policies.stream().collect(Collectors.toMap(Policy::getIteration, Policy::getVersion));
    assertThat(records.of(Topics.ROLLOUT_REQUESTS))
        .allMatch(r -> r.getPolicyVersion().equals(versions.get(r.getIteration() - 1)))
        .extracting(RolloutRequest::getIteration)
        // Rows that came late may open an iteration before a rollout is asked for it.
        .contains(2)
        .satisfies(asked -> assertThat(Set.copyOf(asked)).hasSizeGreaterThan(2));
  }

  /** Whatever was written is in exactly one range, up to the end of the last one. */
  private static void everyIterationBeginsWhereTheOneBeforeItEnded(List<Iteration> iterations) {
    Map<String, Long> reached = new HashMap<>();
    for (Iteration iteration : iterations) {
      for (OffsetRange range : iteration.getRanges()) {
        String partition = range.getTopic() + "/" + range.getPartition();
        assertThat(range.getFrom())
            .as("%s %s", iteration.getName(), partition)
            .isEqualTo(reached.getOrDefault(partition, 0L));
        reached.put(partition, range.getTo());
      }
    }
    assertThat(reached.keySet()).hasSizeGreaterThan(4);
  }

  private static void everyStepIsThere(List<TrainingStep> steps) {
    Map<String, Set<Integer>> byIteration =
        steps.stream()
            .collect(
                Collectors.groupingBy(
                    TrainingStep::getIteration,
                    Collectors.mapping(TrainingStep::getStep, Collectors.toSet())));
    assertThat(byIteration.get("M1")).hasSize(60);
    for (int number = 2; number <= LAST; number++) {
      assertThat(byIteration.get("M" + number)).as("M" + number).hasSize(8);
    }
    assertThat(steps.stream().map(TrainingStep::getMismatchMax).filter(Objects::nonNull))
        .as("the trainer finds the sampled tokens as likely as the sampler did")
        .isNotEmpty()
        .allMatch(mismatch -> mismatch <= MOST_MISMATCH);
  }

  private List<String> arguments() throws IOException {
    Path recipe = dir.resolve("endless.yaml");
    try (InputStream in = ContinuousIT.class.getResourceAsStream("/orcaflow/cli/endless.yaml")) {
      Files.write(recipe, in.readAllBytes());
    }
    Path benchmark = BundledFiles.unpack(BundledFiles.BENCHMARK, dir);
    List<String> questions = Files.readAllLines(benchmark, StandardCharsets.UTF_8);
    Path few = Files.write(dir.resolve("few.jsonl"), questions.subList(0, 30));
    Path validation = Files.write(dir.resolve("validation.jsonl"), questions.subList(30, 60));
    Path seeds = dir.resolve("own.jsonl");
    Files.writeString(seeds, "{\"question\": \"%s\", \"answer\": \"7\"}\n".formatted(OWN));
    return List.of(
        "up",
        "--seeds",
        seeds.toString(),
        "--dir",
        dir.resolve("up").toString(),
        "--recipe",
        recipe.toString(),
        "--benchmark",
        few.toString(),
        "--validation",
        validation.toString(),
        "--source",
        "scripted:30/s",
        "--iterations",
        Integer.toString(LAST));
  }
}
