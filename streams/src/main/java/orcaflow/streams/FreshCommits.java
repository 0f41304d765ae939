package orcaflow.streams;

import static orcaflow.streams.TopologyNodes.in;

import java.time.Duration;
import orcaflow.schemas.Topics;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Commits fresh records of grade and pair before the interval of transactions ends. A task that
 * keeps up with its input has few records in a transaction, and somebody waits for each of them; a
 * task that works off a backlog has many, and the fewer transactions the better. What tells the two
 * apart is the age of the record: a record of a backlog has waited.
 *
 * <p>Fresh records wait for an interval at most, and for half of one when no further record has
 * come: what grade commits reaches pair in one burst, and waiting behind its end gains nothing.
 */
final class FreshCommits extends ContextualProcessor<String, SpecificRecord, Void, Void> {

  private static final String NODE = "commit-fresh";
  private static final int LOOKS = 8;

  private final Duration look;
  private final long intervalMillis;
  private final long freshMillis;
  private boolean fresh;
  private boolean readSinceLook;
  private long lastCommit;

  /**
   * @param interval the longest time between two commits of fresh records
   * @param fresh age up to which a record is fresh
   */
  FreshCommits(Duration interval, Duration fresh) {
    this.look = interval.dividedBy(LOOKS);
    this.intervalMillis = interval.toMillis();
    this.freshMillis = fresh.toMillis();
  }

  /** Adds the node behind the sources of grade and pair, which are there already. */
  static void addTo(Topology topology, StreamsConfig.Engine engine) {
    Duration interval = Duration.ofMillis(engine.freshCommitMillis());
    // A group passes two transactions: what the first one delays is still fresh for the second.
    Duration fresh = Duration.ofMillis(2L * engine.commitMillis());
    topology.addProcessor(
        NODE,
        () -> new FreshCommits(interval, fresh),
        in(Topics.TEACHER_SOLUTIONS),
        in(Topics.STUDENT_ROLLOUTS),
        in(Topics.VERDICTS),
        in(Topics.GRADED_ROLLOUTS));
  }

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    super.init(context);
    context.schedule(look, PunctuationType.WALL_CLOCK_TIME, this::look);
  }

  @Override
  public void process(Record<String, SpecificRecord> record) {
    // A writer whose clock is ahead says nothing about the age.
    fresh = Math.abs(context().currentSystemTimeMs() - record.timestamp()) <= freshMillis;
    readSinceLook = true;
  }

  private void look(long now) {
    long waited = now - lastCommit;
    boolean due = waited >= intervalMillis || !readSinceLook && waited >= intervalMillis / 2;
    readSinceLook = false;
    if (fresh && due) {
      fresh = false;
      lastCommit = now;
      context().commit();
    }
  }
}
