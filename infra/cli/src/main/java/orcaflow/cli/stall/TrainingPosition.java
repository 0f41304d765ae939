package orcaflow.cli.stall;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import orcaflow.events.Iteration;
import orcaflow.events.Policy;
import orcaflow.events.TrainingStep;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.OffsetGap;
import orcaflow.schemas.log.TopicReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far training is: an iteration waits from its opening until its policy is there. Of the steps
 * before the watch only the last ones are read. After the last step of an iteration the weights are
 * judged on the validation questions, which is long and leaves no event, so nothing waits in that
 * time.
 */
final class TrainingPosition implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TrainingPosition.class);

  /** Offsets, some of which are marks of transactions. */
  private static final long LAST_STEPS = 100;

  private static final Duration POLL = Duration.ofSeconds(1);

  private final TopicReader<String, SpecificRecord> reader;
  private final Thread thread = new Thread(this::follow, "training-position");
  private volatile Position position = new Position(0, 0, 0);
  private volatile Optional<String> complaint = Optional.empty();
  private volatile boolean closing;
  private int opened;
  private int trained;
  private long events;
  private String openedName = "";
  private String steppedToItsEnd = "";

  private TrainingPosition(TopicReader<String, SpecificRecord> reader) {
    this.reader = reader;
  }

  static TrainingPosition open(Cluster cluster) {
    TopicReader<String, SpecificRecord> reader = TopicReader.events(cluster);
    List<TopicPartition> few =
        Stream.of(Topics.ITERATIONS, Topics.POLICIES)
            .flatMap(topic -> reader.partitions(topic.in(cluster.run())).stream())
            .toList();
    List<TopicPartition> steps = reader.partitions(Topics.TRAINING_STEPS.in(cluster.run()));
    reader.startAtBeginning(Stream.concat(few.stream(), steps.stream()).toList());
    Map<TopicPartition, Long> from = reader.positions();
    Map<TopicPartition, Long> ends = reader.committedEnds();
    steps.forEach(partition -> from.merge(partition, ends.get(partition) - LAST_STEPS, Math::max));
    reader.start(from);
    TrainingPosition position = new TrainingPosition(reader);
    reader.readTo(ends, position.receiver());
    position.thread.setDaemon(true);
    position.thread.start();
    return position;
  }

  /**
   * As of a second ago; empty while there is a complaint. An event whose schema the registry does
   * not give holds it up.
   */
  Optional<Position> now() {
    return complaint.isEmpty() ? Optional.of(position) : Optional.empty();
  }

  /** Why the events of the trainer cannot be read at present. */
  Optional<String> complaint() {
    return complaint;
  }

  private void follow() {
    try (reader) {
      while (!closing) {
        try {
          read();
        } catch (RuntimeException e) {
          complaint = Optional.of("the events of the trainer cannot be read: " + e.getMessage());
          LockSupport.parkNanos(POLL.toNanos());
        }
      }
    }
  }

  private void read() {
    try {
      reader.poll(POLL, receiver());
      complaint = Optional.empty();
    } catch (OffsetGap e) {
      LOG.warn("{}: reading again from the oldest event", e.getMessage());
      reader.startAtBeginning(reader.positions().keySet());
    } catch (WakeupException e) {
      if (!closing) {
        throw e;
      }
    }
  }

  private TopicReader.Receiver<String, SpecificRecord> receiver() {
    return TopicReader.Receiver.skipping(LOG, record -> count(record.value()));
  }

  private void count(SpecificRecord event) {
    events++;
    if (event instanceof Iteration iteration && iteration.getNumber() > opened) {
      opened = iteration.getNumber();
      openedName = iteration.getName();
    } else if (event instanceof Policy policy) {
      trained = Math.max(trained, policy.getIteration());
    } else if (event instanceof TrainingStep step && step.getStep() == step.getSteps()) {
      steppedToItsEnd = step.getIteration();
    }
    boolean judged = openedName.equals(steppedToItsEnd);
    position = new Position(0, events, opened > trained && !judged ? 1 : 0);
  }

  @Override
  public void close() {
    closing = true;
    reader.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
