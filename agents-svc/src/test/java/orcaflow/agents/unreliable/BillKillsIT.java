package orcaflow.agents.unreliable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import orcaflow.agents.AgentsMain;
import orcaflow.agents.Lab;
import orcaflow.events.ModelCall;
import orcaflow.events.TeacherSolution;
import orcaflow.schemas.ConfigFile;
import orcaflow.schemas.Topics;
import orcaflow.stack.SharedStack;
import orcaflow.stack.Stack;
import orcaflow.testing.ChildCommand;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The sum of {@code model-calls} is the provider's bill, however often the agents are killed.
 * {@code -Dorcaflow.kills=50} kills them more often than the default.
 */
class BillKillsIT {

  private static final int KILLS = Integer.getInteger("orcaflow.kills", 1);
  private static final long SEED = 20261126;

  /** Problems for each kill: more than a process solves before it dies. */
  private static final int PROBLEMS = 24;

  private static final int LATENCY_MILLIS = 250;
  private static final int IN_FLIGHT = 16;

  /** A test that fails must not leave any behind. */
  private static final List<Process> STARTED = new ArrayList<>();

  @TempDir static Path dir;
  private static Stack stack;

  @BeforeAll
  static void start() {
    stack = SharedStack.get();
  }

  @AfterAll
  static void stop() {
    STARTED.forEach(Process::destroyForcibly);
  }

  @Test
  void theSumIsTheBillToTheCentWhereKeysAreHonoured() throws Exception {
    Books books = killedAgainAndAgain("keys", true);
    assertThat(books.booked()).isCloseTo(books.billed(), within(1e-9));
    assertThat(books.lost()).isZero();
    assertThat(books.repeated()).isPositive();
  }

  /** A call that is written but not yet sent when the process dies is booked, and not billed. */
  @Test
  void otherwiseTheSumIsTheBillOrACallTooMuch() throws Exception {
    Books books = killedAgainAndAgain("no-keys", false);
    assertThat(books.lost()).isPositive();
    assertThat(books.booked()).isGreaterThanOrEqualTo(books.billed() - 1e-9);
    assertThat(books.overbooked()).isLessThanOrEqualTo(KILLS * IN_FLIGHT);
  }

  private record Books(double billed, double booked, long calls, long lost, long repeated) {

    /** Calls, at their mean price. */
    long overbooked() {
      return Math.round((booked - billed) / (billed / calls));
    }
  }

  private Books killedAgainAndAgain(String run, boolean keys) throws Exception {
    Lab lab = Lab.on(stack, run, 2);
    int problems = PROBLEMS * (KILLS + 1);
    lab.write(
        Topics.PROBLEMS,
        IntStream.range(0, problems)
            .mapToObj(
                i -> Lab.problem("Ann has 3 pens and buys 4, case %d. How many?".formatted(i)))
            .toList());
    try (ChargingModel model = new ChargingModel(keys, LATENCY_MILLIS)) {
      String url = "http://127.0.0.1:" + model.start();
      Random random = new Random(SEED);
      for (int kill = 0; kill < KILLS; kill++) {
        long before = model.calls();
        Process agents = agents(lab, url, keys);
        int calls = 1 + random.nextInt(PROBLEMS);
        Lab.await("calls are in flight", () -> model.calls() - before > calls || !agents.isAlive());
        Thread.sleep(random.nextInt(LATENCY_MILLIS));
        assertThat(agents.isAlive()).isTrue();
        agents.destroyForcibly().waitFor();
      }
      Process last = agents(lab, url, keys);
      Lab.await("all is solved", () -> lab.read(Topics.TEACHER_SOLUTIONS).size() == problems);
      last.destroy();
      last.waitFor();
      return books(lab, model);
    }
  }

  private static Books books(Lab lab, ChargingModel model) {
    List<ModelCall> calls = lab.read(Topics.MODEL_CALLS);
    Set<String> solved =
        lab.read(Topics.TEACHER_SOLUTIONS).stream()
            .map(TeacherSolution::getId)
            .collect(Collectors.toSet());
    assertThat(solved).hasSize(lab.ids(Topics.PROBLEMS).size());
    Books books =
        new Books(
            model.bill(),
            calls.stream().mapToDouble(ModelCall::getCost).sum(),
            calls.size(),
            calls.stream().filter(call -> call.getId().equals(call.getCall())).count(),
            calls.stream().filter(ModelCall::getRepeated).count());
    System.out.printf(
        "%s: %d kills, %,d calls came, bill %.6f, booked %.6f in %,d events; %d answered after a"
            + " crash, %d booked as lost, %d too much%n",
        lab.cluster().run(),
        KILLS,
        model.calls(),
        books.billed(),
        books.booked(),
        books.calls(),
        books.repeated(),
        books.lost(),
        books.overbooked());
    return books;
  }

  private static Process agents(Lab lab, String url, boolean keys) throws IOException {
    Path config = dir.resolve("billed-agents.yaml");
    Files.writeString(config, ConfigFile.resource(BillKillsIT.class, "/billed-agents.yaml"));
    ProcessBuilder builder =
        new ProcessBuilder(
                ChildCommand.of(256, AgentsMain.class, List.of("--config", config.toString())))
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(dir.resolve("agents.log").toFile()));
    builder
        .environment()
        .putAll(
            Map.of(
                "ORCAFLOW_CLUSTER_BOOTSTRAP", lab.cluster().bootstrap(),
                "ORCAFLOW_CLUSTER_REGISTRY", lab.cluster().registry(),
                "ORCAFLOW_CLUSTER_RUN", lab.cluster().run(),
                "ORCAFLOW_AGENTS_ENDPOINTS_TEACHER_URL", url,
                "ORCAFLOW_AGENTS_ENDPOINTS_TEACHER_IDEMPOTENCY_KEYS", Boolean.toString(keys)));
    Process started = builder.start();
    STARTED.add(started);
    return started;
  }
}
