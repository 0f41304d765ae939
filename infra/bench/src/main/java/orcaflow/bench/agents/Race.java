package orcaflow.bench.agents;

import java.nio.file.Files;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orcaflow.bench.CannotMeasure;
import orcaflow.bench.Context;
import orcaflow.bench.Partner;
import orcaflow.bench.Spread;
import orcaflow.bench.Wire;
import orcaflow.events.Lineage;
import orcaflow.events.Problem;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topics;
import orcaflow.stack.Stack;
import orcaflow.stack.TopicCatalogue;

/**
 * The stage in a run of its own, and the bare clients, at one endpoint with one number of calls in
 * flight.
 */
final class Race implements AutoCloseable {

  private static final int PARTITIONS = 4;
  private static final List<String> OURS = List.of("-Xmx1g", "-XX:+UseParallelGC");
  private static final List<String> BARE = List.of("-Xmx512m", "-XX:+UseSerialGC");

  private final String run;
  private final Map<String, Object> bareQuestion;
  private final Wire wire;
  private final Wire.Output solutions;
  private final Partner stage;
  private final Partner vertx;
  private final Optional<Partner> asyncio;
  private final String problems;
  private final List<Double> cpuMicros = new ArrayList<>();
  private final List<Double> bareCpuMicros = new ArrayList<>();
  private int written;

  Race(Context context, Stack stack, String run, String url, int concurrency) throws Exception {
    this.run = run;
    Cluster cluster = stack.cluster(run);
    TopicCatalogue.apply(cluster, PARTITIONS, 1);
    problems = Topics.PROBLEMS.in(run);
    wire = new Wire(cluster);
    solutions = wire.tail(Topics.TEACHER_SOLUTIONS.in(run));
    bareQuestion = Map.of("url", url + "/v1/chat/completions", "concurrency", concurrency);
    vertx = context.jvm(BareClient.class, BARE);
    asyncio = asyncio(context);
    stage = context.jvm(OurStage.class, OURS);
    stage.ask(
        Map.of(
            "bootstrap",
            cluster.bootstrap(),
            "registry",
            cluster.registry(),
            "run",
            run,
            "dir",
            Files.createDirectories(context.work().resolve("agents")).toString(),
            "url",
            url,
            "concurrency",
            concurrency,
            "batch",
            AgentsBenchmark.BATCH * concurrency));
  }

  private static Optional<Partner> asyncio(Context context) {
    try {
      return Optional.of(context.plainPeer("calls_asyncio"));
    } catch (CannotMeasure noPython) {
      context
          .progress()
          .say("ATTENTION: measured without the asyncio client: " + noPython.getMessage());
      return Optional.empty();
    }
  }

  /** What ours is compared with. */
  String peers() {
    return asyncio.isPresent()
        ? "the faster of a bare Vert.x and a bare asyncio client"
        : "a bare Vert.x client (no Python here)";
  }

  /** Calls a second, from before the first problem is written until the last solution is read. */
  double ours(int calls) throws CannotMeasure {
    double cpuBefore = stage.cpuSeconds();
    long began = System.nanoTime();
    for (int i = 0; i < calls; i++) {
      write();
    }
    wire.flush();
    solutions.await(calls);
    double seconds = (System.nanoTime() - began) / 1e9;
    cpuMicros.add((stage.cpuSeconds() - cpuBefore) / calls * 1e6);
    return calls / seconds;
  }

  /** Makes so many calls that the compiler is done with the stage, which then runs for hours. */
  void warmUp(int calls, int callsAtATime) throws CannotMeasure {
    for (int done = 0; done < calls; done += callsAtATime) {
      ours(callsAtATime);
    }
  }

  /** Calls a second of the faster bare client. */
  double bare(int calls) throws CannotMeasure {
    double cpuBefore = vertx.cpuSeconds();
    double faster = bare(vertx, calls);
    bareCpuMicros.add((vertx.cpuSeconds() - cpuBefore) / calls * 1e6);
    return asyncio.isPresent() ? Math.max(faster, bare(asyncio.get(), calls)) : faster;
  }

  private double bare(Partner client, int calls) throws CannotMeasure {
    Map<String, Object> question = new HashMap<>(bareQuestion);
    question.put("calls", calls);
    return calls / client.ask(question).get("seconds").asDouble();
  }

  /** Writes one problem; the time before that in microseconds of the epoch. */
  long writeOne() {
    long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    write();
    wire.flush();
    return now;
  }

  void awaitOne() throws CannotMeasure {
    solutions.await(1);
  }

  /** CPU-microseconds of the stage's process for each call of the last turns. */
  Spread cpuMicros(int turns) {
    return last(cpuMicros, turns);
  }

  /** The same of the bare Vert.x client. */
  Spread bareCpuMicros(int turns) {
    return last(bareCpuMicros, turns);
  }

  private static Spread last(List<Double> values, int turns) {
    return Spread.of(values.subList(values.size() - turns, values.size()));
  }

  private void write() {
    String question =
        "Run %s: a shop has %d boxes of pens and gives some away. How many pens are left?"
            .formatted(run, written++);
    String id = Ids.problem(question);
    Problem problem =
        Problem.newBuilder()
            .setId(id)
            .setCandidateId(Ids.candidate(question, "seed", 0, 0))
            .setQuestion(question)
            .setLineage(
                new Lineage(
                    "00000000000000000000000000000001",
                    null,
                    "seed",
                    0,
                    0,
                    null,
                    null,
                    null,
                    Instant.EPOCH))
            .build();
    wire.event(problems, id, problem);
  }

  @Override
  public void close() {
    stage.close();
    vertx.close();
    asyncio.ifPresent(Partner::close);
    solutions.close();
    wire.close();
  }
}
