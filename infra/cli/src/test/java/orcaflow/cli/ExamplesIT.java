package orcaflow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import orcaflow.cli.run.FinishedRun;
import orcaflow.stack.scripted.ScriptedModel;
import orcaflow.testing.InstalledProgram;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The examples of the helps do what they say, on a small finished run. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExamplesIT {

  /** What begins with this is long work, has no end, or changes a run; the test that does it. */
  private static final Map<String, String> ELSEWHERE =
      Map.ofEntries(
          Map.entry("run", "orcaflow.cli.run.PipelineIT"),
          Map.entry("up", "orcaflow.cli.run.ContinuousIT"),
          Map.entry("ui --dir orcaflow-data", "orcaflow.cli.page.PageIT"),
          Map.entry("preview", "orcaflow.cli.run.LookBeforeYouSpendIT"),
          Map.entry("make", "orcaflow.cli.run.LookBeforeYouSpendIT"),
          Map.entry("seed", "orcaflow.cli.command.SecuredClusterIT"),
          Map.entry("stop", "orcaflow.cli.command.StopCommandTest"),
          Map.entry("watch", "orcaflow.cli.stall.StallWatchIT"),
          Map.entry("policy promote", "orcaflow.cli.run.ContinuousIT"),
          Map.entry("policy rollback", "orcaflow.cli.run.ContinuousIT"),
          Map.entry("replay", "orcaflow.cli.run.PipelineIT"),
          Map.entry("ablate", "orcaflow.cli.replay.AblationTest"),
          Map.entry("dlq show problems/0/12", "orcaflow.cli.letters.DeadLettersIT"),
          Map.entry("dlq redrive problems --reason", "orcaflow.cli.letters.DeadLettersIT"));

  /** Prints until somebody ends it. */
  private static final String ENDLESS = "status --watch";

  @TempDir static Path dir;
  private FinishedRun run;
  private ScriptedModel model;
  private Map<String, String> values;

  @BeforeAll
  void finish() throws Exception {
    run = FinishedRun.in(dir);
    values = new LinkedHashMap<>();
    String seeds = run.seeds().toString();
    String benchmark = run.benchmark().toString();
    Path csv = Files.writeString(dir.resolve("problems.csv"), "problem,final\nWhat is 1 + 1?,2\n");
    values.put("orcaflow-data/trainer/policies/<version>", run.policy().toString());
    values.put("orcaflow-data", run.folder().toString());
    values.put("live", run.folder().toString());
    values.put("held-out.jsonl", benchmark);
    values.put("gsm8k_test.jsonl", benchmark);
    values.put("a.jsonl", benchmark);
    values.put("b.jsonl.gz", seeds);
    values.put("problems.csv", csv.toString());
    values.put("data", csv.toString());
    values.put("mistral-7b", run.policy().toString());
    values.put("mine.yaml", run.recipe().toString());
    values.put("second", "first"); // the run is over: a second version of its data is the first
    values.put("exp-a", "main");
    values.put("M7", "M3");
    values.put("M2/7", "M2/1");
    values.put("5f0c3e9a1b2d4c6f8e7a9b0c1d2e3f40", run.problem());
    values.put("tensorboard", dir.resolve("tensorboard").toString());
    values.put("run.html", dir.resolve("run.html").toString());
    model = new ScriptedModel(ScriptedModel.Settings.DEFAULT);
    values.put("http://127.0.0.1:8000/v1", "http://127.0.0.1:%d/v1".formatted(model.start()));
    values.put("answers.jsonl", dir.resolve("answers.jsonl").toString());
    for (String broker : List.of("broker:9092", "kafka:9092", "127.0.0.1:9092")) {
      values.put(broker, run.cluster().bootstrap());
    }
    for (String registry : List.of("http://registry:8081", "http://127.0.0.1:8081")) {
      values.put(registry, run.cluster().registry());
    }
  }

  @AfterAll
  void close() {
    if (run != null) {
      run.close();
    }
    if (model != null) {
      model.close();
    }
  }

  /** In the order of the help: what one example makes, a later one reads. */
  @TestFactory
  Stream<DynamicTest> anExampleEndsWellAndPrints() {
    return examples()
        .filter(example -> elsewhere(example).isEmpty())
        .map(example -> dynamicTest(example, () -> printsSomething(example)));
  }

  @TestFactory
  Stream<DynamicTest> theOthersAreDoneByAnotherTest() {
    return examples()
        .flatMap(example -> elsewhere(example).stream())
        .distinct()
        .map(
            test ->
                dynamicTest(
                    test,
                    () ->
                        assertThatCode(
                                () -> Class.forName(test, false, getClass().getClassLoader()))
                            .doesNotThrowAnyException()));
  }

  @Test
  void everyExceptionIsOfAnExample() {
    assertThat(ELSEWHERE.keySet())
        .allMatch(start -> examples().anyMatch(example -> example.startsWith(start)));
  }

  /** The script of docs/tools.md, where Python has what it needs. */
  @Test
  void theNotebookDrawsTheRun() throws Exception {
    Optional<File> python = InstalledProgram.find("python3");
    boolean can =
        python.isPresent()
            && python("-c", "import confluent_kafka, fastavro, pandas, matplotlib").status() == 0;
    Assumptions.assumeTrue(
        can, "python3 has no confluent-kafka, fastavro, pandas and matplotlib: see docs/tools.md");

    Printed printed = python(Commands.ROOT.resolve("docs/notebook/run.py").toRealPath().toString());

    assertThat(printed.status()).as(printed.text()).isZero();
    assertThat(printed.text()).contains("M1", "sft", "M2", "kto");
    assertThat(dir.resolve("run.png")).isNotEmptyFile();
  }

  private Printed python(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("python3"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(dir.toFile()).redirectErrorStream(true);
    builder.environment().put("MPLBACKEND", "Agg");
    builder.environment().put("KAFKA", run.cluster().bootstrap());
    builder.environment().put("REGISTRY", run.cluster().registry());
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Printed(process.waitFor(), text);
  }

  private static Stream<String> examples() {
    return Commands.doing().stream()
        .flatMap(Commands::examples)
        .flatMap(ExamplesTest::calls)
        .distinct();
  }

  private static Optional<String> elsewhere(String example) {
    return ELSEWHERE.entrySet().stream()
        .filter(entry -> (example + " ").startsWith(entry.getKey() + " "))
        .filter(entry -> !example.contains("--export"))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private void printsSomething(String example) throws Exception {
    if (example.equals(ENDLESS)) {
      assertThat(run.prints("candidates", arguments(example))).isTrue();
      return;
    }
    Printed printed = Printed.of(arguments(example));
    assertThat(printed.status()).as(printed.text()).isZero();
    assertThat(printed.text()).isNotBlank();
  }

  /** The words of an example with its placeholders filled in, on the finished run's folder. */
  private List<String> arguments(String example) {
    List<String> words = new ArrayList<>();
    for (String word : ExamplesTest.words(example)) {
      words.add(values.getOrDefault(word, word));
    }
    if (example.equals("labelling check mine.yaml")) {
      words.set(2, run.labelling().toString());
    }
    int out = words.indexOf("--out") + 1;
    if (out > 0) {
      words.set(out, dir.resolve(words.get(out)).toString());
    }
    boolean named = words.contains("--bootstrap") || words.contains("--dir");
    if (!named && takesFolder(example)) {
      words.addAll(List.of("--dir", run.folder().toString()));
    }
    return words;
  }

  private static boolean takesFolder(String example) {
    return Commands.doing().stream()
        .filter(
            command -> (example + " ").startsWith(String.join(" ", Commands.words(command)) + " "))
        .anyMatch(command -> command.findOption("--dir") != null);
  }
}
