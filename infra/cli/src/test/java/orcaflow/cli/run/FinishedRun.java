package orcaflow.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import orcaflow.events.GradedRollout;
import orcaflow.events.Policy;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;
import orcaflow.stack.Stack;

/**
 * A real run of a few seeds that is over, in a folder whose broker and registry are up: commands
 * find them there as they find those of {@code up}.
 *
 * @param folder of the run
 * @param seeds that it was made of
 * @param benchmark that it was measured on
 * @param recipe that it was trained by
 * @param labelling a file of a labelling
 * @param policy folder of its newest policy
 * @param problem id of a problem that was sampled
 */
public record FinishedRun(
    Path folder,
    Path seeds,
    Path benchmark,
    Path recipe,
    Path labelling,
    Path policy,
    String problem,
    Stack stack)
    implements AutoCloseable {

  private static final int SEEDS = 40;
  private static final int QUESTIONS = 30;

  /** Makes it, as a process of its own. */
  public static FinishedRun in(Path dir) throws Exception {
    Path recipe = resource("tiny.yaml", dir.resolve("recipe.yaml"));
    Path seeds = dir.resolve("seeds.jsonl");
    Path shipped = BundledFiles.unpack(BundledFiles.SEEDS, dir);
    try (InputStream in = new GZIPInputStream(Files.newInputStream(shipped))) {
      Files.write(seeds, new String(in.readAllBytes()).lines().limit(SEEDS).toList());
    }
    Path benchmark = dir.resolve("questions.jsonl");
    List<String> questions = Files.readAllLines(BundledFiles.unpack(BundledFiles.BENCHMARK, dir));
    Files.write(benchmark, questions.subList(0, QUESTIONS));
    Path folder = dir.resolve("run");
    RunControlProcess run =
        new RunControlProcess(
            List.of(
                "run",
                "--dir",
                folder.toString(),
                "--recipe",
                recipe.toString(),
                "--seeds",
                seeds.toString(),
                "--benchmark",
                benchmark.toString()));
    assertThat(run.awaitEnd()).as(run.output()).isZero();
    return opened(folder, seeds, benchmark, recipe);
  }

  private static FinishedRun opened(Path folder, Path seeds, Path benchmark, Path recipe)
      throws IOException {
    Stack stack = Stack.start(folder.resolve("stack"));
    Cluster cluster = stack.cluster("main");
    Endpoints.ofThisProcess(cluster.bootstrap(), cluster.registry(), "main", Map.of())
        .write(folder);
    List<Policy> policies = CommittedTopic.all(cluster, Topics.POLICIES);
    GradedRollout rollout = CommittedTopic.all(cluster, Topics.GRADED_ROLLOUTS).get(0);
    Path labelling = folder.resolveSibling("labelling.yaml");
    Files.writeString(labelling, LABELLING);
    return new FinishedRun(
        folder,
        seeds,
        benchmark,
        recipe,
        labelling,
        Path.of(policies.get(policies.size() - 1).getLocation()),
        rollout.getProblemId(),
        stack);
  }

  private static final String LABELLING =
      """
      name: easy-pairs
      positives: teacher+student
      syntheticNegatives: borrow
      kto: each-response-once
      pairing: full-cross
      cap: 8
      flagTeacher: false
      demonstrations: teacher
      """;

  private static Path resource(String name, Path file) throws IOException {
    try (InputStream in = FinishedRun.class.getResourceAsStream("/orcaflow/cli/" + name)) {
      Files.write(file, in.readAllBytes());
      return file;
    }
  }

  public Cluster cluster() {
    return stack.cluster("main");
  }

  /** Whether a command without an end prints a line with that text; it is killed then. */
  public boolean prints(String text, List<String> arguments) throws Exception {
    RunControlProcess process = new RunControlProcess(arguments);
    process.awaitLine(text);
    process.kill();
    return process.output().contains(text);
  }

  @Override
  public void close() {
    stack.close();
  }
}
