package orcaflow.agents.stage.worker;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import orcaflow.agents.stage.Clients;
import orcaflow.agents.stage.Stage;
import orcaflow.agents.stage.StageCounts;
import orcaflow.schemas.Cluster;
import orcaflow.service.MonitoringServer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A stage with its workers. Closing takes no more inputs, drains, and gives back the rest. */
public final class RunningStage<I extends SpecificRecord> implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RunningStage.class);
  private static final Duration TO_LEAVE = Duration.ofSeconds(20);

  private final Cluster cluster;
  private final Stage<I> stage;
  private final FinishedInputs finished;
  private final Context context;
  private final MonitoringServer observatory;
  private final StageMeters meters;
  private final int deliveryLimit;
  private final List<Worker<I>> workers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  private RunningStage(
      Cluster cluster,
      Stage<I> stage,
      FinishedInputs finished,
      Vertx vertx,
      MonitoringServer observatory,
      int deliveryLimit) {
    this.cluster = cluster;
    this.stage = stage;
    this.finished = finished;
    this.context = vertx.getOrCreateContext();
    this.observatory = observatory;
    this.meters = new StageMeters(observatory.registry(), stage.name());
    this.deliveryLimit = deliveryLimit;
  }

  /**
   * Starts the workers; returns before they have joined the group.
   *
   * @param instance name of this process among those that run the stage; no two may share it
   * @param finished what is finished already, read to its end
   */
  public static <I extends SpecificRecord> RunningStage<I> start(
      Cluster cluster,
      String instance,
      Stage<I> stage,
      FinishedInputs finished,
      Vertx vertx,
      MonitoringServer observatory) {
    try (ShareGroup<I> group = new ShareGroup<>(cluster, stage)) {
      group.configure();
      group.bringBack(finished);
      RunningStage<I> running =
          new RunningStage<>(cluster, stage, finished, vertx, observatory, group.deliveryLimit());
      running.startWorkers(instance);
      return running;
    }
  }

  /**
   * Ends the transactions that predecessors of these stages left open, so that readers of committed
   * records need not wait for their timeout. To be called before {@link FinishedInputs#catchUp}.
   */
  public static void fencePredecessors(
      Cluster cluster, String instance, Collection<Stage<?>> stages) {
    List<String> ids =
        stages.stream()
            .flatMap(
                stage ->
                    IntStream.range(0, stage.load().workers())
                        .mapToObj(number -> cluster.named(id(stage, instance, number))))
            .toList();
    try (Admin admin = Admin.create(Clients.common(cluster))) {
      admin.fenceProducers(ids).all().get();
    } catch (ExecutionException e) {
      throw new KafkaException("predecessors cannot be fenced: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static String id(Stage<?> stage, String instance, int number) {
    return "%s.%s.%d".formatted(stage.name(), instance, number);
  }

  private void startWorkers(String instance) {
    for (int number = 0; number < stage.load().workers(); number++) {
      String id = id(stage, instance, number);
      Worker<I> worker = new Worker<>(this, id);
      Thread thread = new Thread(worker, id);
      workers.add(worker);
      threads.add(thread);
      thread.start();
    }
  }

  public String name() {
    return stage.name();
  }

  /** Whether all workers are connected. */
  public boolean ready() {
    return workers.stream().allMatch(Worker::ready);
  }

  public StageCounts counts() {
    return meters.counts();
  }

  /** Stops taking inputs and begins to drain; returns at once. */
  public void stopTaking() {
    workers.forEach(worker -> worker.close(stage.load().drain()));
  }

  @Override
  public void close() {
    stopTaking();
    long deadline = System.nanoTime() + stage.load().drain().plus(TO_LEAVE).toNanos();
    try {
      for (Thread thread : threads) {
        thread.join(Math.max(1, Duration.ofNanos(deadline - System.nanoTime()).toMillis()));
        if (thread.isAlive()) {
          LOG.warn("{} did not leave in time and is interrupted", thread.getName());
          thread.interrupt();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Whether one of these is here for the last time: given back, the broker would drop it. Such an
   * input is kept through an outage however long it takes. If the process ends while holding it,
   * the next start brings it back.
   */
  boolean last(Collection<Input<I>> inputs) {
    return inputs.stream().anyMatch(input -> input.delivery() >= deliveryLimit);
  }

  /** Says so. */
  void noteLastDeliveries(List<Input<I>> inputs) {
    inputs.stream()
        .filter(input -> input.delivery() >= deliveryLimit)
        .forEach(
            input -> {
              meters.lastDelivery();
              LOG.warn(
                  "{}: input {} is delivered for the {}th and last time; it is kept until it is"
                      + " finished",
                  stage.name(),
                  input.id(),
                  input.delivery());
            });
  }

  Cluster cluster() {
    return cluster;
  }

  Stage<I> stage() {
    return stage;
  }

  FinishedInputs finished() {
    return finished;
  }

  Context context() {
    return context;
  }

  MonitoringServer observatory() {
    return observatory;
  }

  StageMeters meters() {
    return meters;
  }
}
