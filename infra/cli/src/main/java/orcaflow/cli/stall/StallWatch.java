package orcaflow.cli.stall;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import orcaflow.agents.model.ModelFailure.Unavailable.Remedy;
import orcaflow.agents.model.Waiting;
import orcaflow.cli.run.Part;
import orcaflow.cli.run.RunLog;
import orcaflow.cli.run.RunPlan;
import orcaflow.cli.run.Services;
import orcaflow.cli.run.Waits;
import orcaflow.events.Stall;
import orcaflow.events.StallCause;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.ClientSettings;
import orcaflow.service.Metric;
import orcaflow.stack.RegistryCheck;
import orcaflow.streams.pair.Labelling;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Looks every two seconds which parts of a run stand, on a thread of its own, and why. Each finding
 * is a sentence, an event in {@code stalls} and a gauge. While the registry or the brokers are away
 * events wait, and are written when they are back.
 */
public final class StallWatch implements AutoCloseable {

  private static final Duration PERIOD = Duration.ofSeconds(2);
  private static final Duration REPEATED_AFTER = Duration.ofMinutes(1);

  /** Rows that the next iteration waits for. */
  public record Rows(long there, long wanted) {}

  private final Cluster cluster;
  private final Positions positions;
  private final Causes causes;
  private final StallDetector detector;
  private final StallDetector withoutOutcomes = new StallDetector(StallDetector.LIMIT);
  private final Supplier<Optional<Rows>> rows;
  private final ConcurrentLinkedQueue<String> said = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Stall> unwritten = new ConcurrentLinkedQueue<>();
  private final Map<Part, Stall> standing = new EnumMap<>(Part.class);
  private final Map<Part, Double> seconds = new ConcurrentHashMap<>();
  private final Thread thread;
  private Optional<KafkaProducer<String, Stall>> producer = Optional.empty();
  private Optional<String> trouble = Optional.empty();
  private volatile Map<Part, Position> last = Map.of();
  private volatile boolean closing;

  private StallWatch(
      Cluster cluster,
      Positions positions,
      Causes causes,
      Duration rowsLimit,
      Supplier<Optional<Rows>> rows) {
    this.cluster = cluster;
    this.positions = positions;
    this.causes = causes;
    this.detector = new StallDetector(rowsLimit);
    this.rows = rows;
    thread = new Thread(this::watch, "stall-watch");
    thread.setDaemon(true);
  }

  /**
   * Watches an embedded run.
   *
   * @param rows those that the next iteration waits for; empty while one is trained
   */
  public static StallWatch of(Services services, RunPlan plan, Supplier<Optional<Rows>> rows) {
    boolean waitsForGroups = Labelling.of(plan.recipe().labelling()).borrows();
    return start(
        services.cluster(),
        admin ->
            new Causes(
                services.cluster(),
                admin,
                Optional.of(plan.dir()),
                () -> services.waiting().stream().map(StallWatch::cause).toList()),
        waitsForGroups
            ? StallDetector.LIMIT.plusSeconds(Services.QUIET_SECONDS)
            : StallDetector.LIMIT,
        rows,
        services.meters());
  }

  /**
   * Watches a run anywhere. What its next iteration waits for is not known from outside.
   *
   * @param dir its folder, where that is on this machine
   */
  public static StallWatch of(Cluster cluster, Optional<Path> dir, MeterRegistry meters) {
    return start(
        cluster,
        admin ->
            new Causes(
                cluster,
                admin,
                dir,
                () -> Causes.endpoints(Waits.in(RunLog.of(cluster), Instant.now()))),
        StallDetector.LIMIT,
        Optional::empty,
        meters);
  }

  private static Cause cause(Waiting waiting) {
    return new Cause(
        waiting.remedy() == Remedy.BUDGET ? StallCause.BUDGET : StallCause.ENDPOINT,
        waiting.sentence(Instant.now()));
  }

  /**
   * Starts watching.
   *
   * @param causes made with the client that also asks for the positions
   * @param rowsLimit how long the next iteration's rows may not grow while nothing is under way
   * @param rows those that the next iteration waits for; empty while one is trained
   */
  static StallWatch start(
      Cluster cluster,
      Function<Admin, Causes> causes,
      Duration rowsLimit,
      Supplier<Optional<Rows>> rows,
      MeterRegistry meters) {
    Positions positions = Positions.open(cluster);
    StallWatch watch =
        new StallWatch(cluster, positions, causes.apply(positions.admin()), rowsLimit, rows);
    for (Part part : Part.values()) {
      String label = part.label();
      Metric.STALLED.gauge(meters, () -> watch.seconds.getOrDefault(part, 0.0), label);
      if (part != Part.REGISTRY) {
        Metric.PART_WAITING.gauge(meters, () -> watch.seen(part, Position::waiting), label);
        Metric.PART_DONE.gauge(meters, () -> watch.seen(part, Position::done), label);
      }
    }
    watch.thread.start();
    return watch;
  }

  /** NaN where the part was not seen at the last look. */
  private double seen(Part part, ToLongFunction<Position> number) {
    Position position = last.get(part);
    return position == null ? Double.NaN : number.applyAsLong(position);
  }

  /** Says what was found since the last call. */
  public void say(Consumer<String> screen) {
    for (String sentence = said.poll(); sentence != null; sentence = said.poll()) {
      screen.accept(sentence);
    }
  }

  private void watch() {
    while (!closing) {
      try {
        look();
        cannotSee(positions.complaint());
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        cannotSee(Optional.of(String.valueOf(e.getMessage())));
      }
      LockSupport.parkNanos(PERIOD.toNanos());
    }
  }

  /** Once for each reason. */
  private void cannotSee(Optional<String> reason) {
    if (reason.isPresent() && !reason.equals(trouble)) {
      said.add("it cannot be seen what stands: " + reason.get());
    }
    trouble = reason;
  }

  private void look() throws InterruptedException {
    Map<Part, Position> now = positions.now();
    Optional<String> complaint = RegistryCheck.complaint(cluster);
    now.put(Part.REGISTRY, new Position(0, 0, complaint.isPresent() ? 1 : 0));
    boolean idle = now.values().stream().allMatch(position -> position.waiting() <= 0);
    boolean none = idle || allRolloutsAreIn(now);
    rows.get()
        .ifPresent(
            some ->
                now.put(
                    Part.ROWS,
                    new Position(0, some.there(), none ? some.wanted() - some.there() : 0)));
    last = Map.copyOf(now);
    Set<Part> found = EnumSet.noneOf(Part.class);
    long time = System.nanoTime();
    List<StallDetector.Standing> all = new ArrayList<>(detector.look(now, time));
    List<StallDetector.Standing> unanswered = withoutOutcomes.look(positions.byOutcomes(now), time);
    if (!unanswered.isEmpty() && causes.someEndpointGivesNoAnswers()) {
      all.addAll(unanswered);
    }
    for (StallDetector.Standing each : all) {
      if (!found.contains(each.part())
          && (standing.containsKey(each.part()) || positions.holdsRecords(each.part()))) {
        found.add(each.part());
        stands(
            each,
            each.part() == Part.ROWS
                ? causes.ofRows(idle, complaint)
                : causes.of(each.part(), complaint));
      }
    }
    for (Part part : Set.copyOf(standing.keySet())) {
      boolean seen = now.containsKey(part) || part == Part.ROWS;
      if (seen && !found.contains(part)) {
        moves(part);
      }
    }
    write();
  }

  /**
   * Problems may come in all the time: an iteration takes rollouts of a fixed number and no more.
   */
  private static boolean allRolloutsAreIn(Map<Part, Position> now) {
    Position sample = now.getOrDefault(Part.SAMPLE, Position.NONE);
    Position grade = now.getOrDefault(Part.GRADE, Position.NONE);
    return grade.done() > 0 && sample.waiting() <= 0 && grade.waiting() <= 0;
  }

  private void stands(StallDetector.Standing each, Cause cause) {
    seconds.put(each.part(), each.nanos() / 1e9);
    Stall before = standing.get(each.part());
    Instant time = Instant.now();
    Instant begin = before == null ? time.minusNanos(each.nanos()) : before.getBegin();
    Stall stall =
        stall(each.part(), begin, cause.kind().name().toLowerCase(Locale.ROOT), time)
            .setMoves(false)
            .setCause(cause.kind())
            .setSentence(cause.sentence())
            .setWaiting(each.waiting())
            .build();
    boolean news = before == null || before.getCause() != cause.kind();
    if (news || before.getTime().plus(REPEATED_AFTER).isBefore(time)) {
      standing.put(each.part(), stall);
      said.add("STALLED " + text(each.part(), stall));
    }
    if (news) {
      unwritten.add(stall);
    }
  }

  private static Stall.Builder stall(Part part, Instant begin, String state, Instant time) {
    return Stall.newBuilder()
        .setId("%s/%d/%s".formatted(part.label(), begin.toEpochMilli(), state))
        .setPart(part.label())
        .setBegin(begin)
        .setTime(time)
        .setSeconds(Duration.between(begin, time).toMillis() / 1e3);
  }

  private static String text(Part part, Stall stall) {
    return "%s: nothing for %.0f s, while %,d %s: %s"
        .formatted(
            part,
            stall.getSeconds(),
            stall.getWaiting(),
            part == Part.ROWS ? "are wanted" : stall.getWaiting() == 1 ? "waits" : "wait",
            stall.getSentence());
  }

  private void moves(Part part) {
    seconds.remove(part);
    Stall last = standing.remove(part);
    Stall stall =
        stall(part, last.getBegin(), "moves", Instant.now())
            .setMoves(true)
            .setCause(last.getCause())
            .setSentence(last.getSentence())
            .setWaiting(last.getWaiting())
            .build();
    said.add("%s: moves again after %.0f s".formatted(part, stall.getSeconds()));
    unwritten.add(stall);
  }

  /** A writer that asks the registry in vain would hold up the next looks. */
  private void write() {
    boolean registryAway =
        standing.values().stream().anyMatch(stall -> stall.getCause() == StallCause.REGISTRY);
    if (unwritten.isEmpty() || registryAway) {
      return;
    }
    KafkaProducer<String, Stall> writer = producer.orElseGet(this::writer);
    producer = Optional.of(writer);
    String topic = Topics.STALLS.in(cluster.run());
    for (Stall stall = unwritten.peek(); stall != null; stall = unwritten.peek()) {
      writer.send(new ProducerRecord<>(topic, Topics.STALLS.keyOf().apply(stall), stall));
      unwritten.remove();
    }
    writer.flush();
  }

  private KafkaProducer<String, Stall> writer() {
    return new KafkaProducer<>(
        ClientSettings.producer(cluster), new StringSerializer(), Serdes.serializer(cluster));
  }

  @Override
  public void close() {
    closing = true;
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    producer.ifPresent(KafkaProducer::close);
    positions.close();
  }
}
