package orcaflow.trainer.serve;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import orcaflow.events.Policy;
import orcaflow.trainer.TrainerConfig;
import orcaflow.trainer.student.Question;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands behind the counter, on a thread of its own: takes the next batch, lets a policy answer it,
 * until the counter closes. Which policy is the newest is decided when a batch begins.
 */
final class Attendant implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Attendant.class);

  private final TrainerConfig.Server settings;
  private final Shelf shelf;
  private final Counter counter;
  private final DistributionSummary batches;
  private final Thread thread = new Thread(this::attend, "policy-student");

  Attendant(TrainerConfig.Server settings, Shelf shelf, Counter counter, MeterRegistry metrics) {
    this.settings = settings;
    this.shelf = shelf;
    this.counter = counter;
    this.batches =
        DistributionSummary.builder("orcaflow.policy.batch")
            .description("Completions made at once")
            .register(metrics);
  }

  void start() {
    thread.start();
  }

  boolean alive() {
    return thread.isAlive();
  }

  /** Waits for the batch in work; the counter must be closed. */
  @Override
  public void close() {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void attend() {
    try {
      while (!counter.closed()) {
        List<Counter.Ticket> batch =
            counter.next(settings.batch(), Duration.ofMillis(settings.gatherMillis()));
        if (!batch.isEmpty()) {
          serve(batch);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(List<Counter.Ticket> batch) {
    String version =
        batch
            .get(0)
            .request()
            .version()
            .or(() -> shelf.newest().map(Policy::getVersion))
            .orElseThrow();
    try {
      shelf.lend(version, served -> answer(served, batch));
    } catch (ApiError error) {
      batch.forEach(ticket -> ticket.answer().completeExceptionally(error));
    } catch (RuntimeException e) {
      LOG.error("policy {} could not answer a batch of {}", version, batch.size(), e);
      batch.forEach(ticket -> ticket.answer().completeExceptionally(ApiError.failed(e)));
    }
  }

  private void answer(Served served, List<Counter.Ticket> batch) {
    List<Counter.Ticket> asked = new ArrayList<>();
    List<Question> questions = new ArrayList<>();
    for (Counter.Ticket ticket : batch) {
      try {
        questions.add(served.question(ticket.request()));
        asked.add(ticket);
      } catch (ApiError tooLong) {
        ticket.answer().completeExceptionally(tooLong);
      }
    }
    if (questions.isEmpty()) {
      return;
    }
    batches.record(questions.stream().mapToInt(Question::samples).sum());
    List<Completions> answers = served.answer(questions);
    for (int i = 0; i < asked.size(); i++) {
      asked.get(i).answer().complete(answers.get(i));
    }
  }
}
