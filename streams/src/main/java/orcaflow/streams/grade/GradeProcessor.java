package orcaflow.streams.grade;

import static orcaflow.streams.TopologyNodes.in;
import static orcaflow.streams.TopologyNodes.out;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import orcaflow.events.GradedRollout;
import orcaflow.events.SolveRate;
import orcaflow.events.StudentRollout;
import orcaflow.events.TeacherSolution;
import orcaflow.events.Verdict;
import orcaflow.events.VerdictRequest;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.Stages;
import orcaflow.schemas.Topics;
import orcaflow.streams.Counters;
import orcaflow.streams.Counters.Stage;
import orcaflow.streams.TopologyNodes;
import orcaflow.streams.grade.RolloutGroup.Step;
import orcaflow.streams.schedule.Requests;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * teacher-solutions, student-rollouts and verdicts to graded-rollouts and verdict-requests.
 *
 * <p>Every side is kept until its partners are there, so their order of arrival does not matter.
 * {@link RolloutGroup} decides what follows from an input; this class loads the group, forwards
 * what the rule says, and stores the next state. A closed group leaves a mark, so that nothing that
 * comes again does anything.
 */
public final class GradeProcessor
    extends ContextualProcessor<String, SpecificRecord, String, SpecificRecord> {

  private static final String STAGE = Stages.GRADE;

  /** Time between looks at the deadlines of partial groups. */
  private static final Duration DEADLINE_CHECK = Duration.ofSeconds(1);

  private final Rules rules;
  private final Counters counters;
  private final boolean writesRates;
  private GradeStores stores;

  private GradeProcessor(Rules rules, Counters counters) {
    this.rules = rules;
    this.counters = counters;
    this.writesRates = rules.iterations().wantsSolveRates();
  }

  /**
   * What decides.
   *
   * @param grading which verdict a rollout gets
   * @param iterations how many iterations of a problem are to be graded: those it is due for
   * @param grace how long a group waits for what it lacks
   */
  public record Rules(Grading grading, Requests iterations, Duration grace) {}

  /** Adds the stage with its topics and stores; the source of teacher-solutions exists already. */
  public static void addTo(Topology topology, TopologyNodes nodes, Rules rules, Counters counters) {
    nodes.read(topology, Topics.STUDENT_ROLLOUTS);
    nodes.read(topology, Topics.VERDICTS);
    topology.addProcessor(
        STAGE,
        nodes.seen(STAGE, new Supplier(nodes, rules, counters)),
        in(Topics.TEACHER_SOLUTIONS),
        in(Topics.STUDENT_ROLLOUTS),
        in(Topics.VERDICTS));
    nodes.write(topology, Topics.GRADED_ROLLOUTS, STAGE);
    nodes.write(topology, Topics.VERDICT_REQUESTS, STAGE);
    nodes.write(topology, Topics.SOLVE_RATES, STAGE);
  }

  private record Supplier(TopologyNodes nodes, Rules rules, Counters counters)
      implements ProcessorSupplier<String, SpecificRecord, String, SpecificRecord> {
    @Override
    public GradeProcessor get() {
      return new GradeProcessor(rules, counters);
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
      return GradeStores.builders(nodes);
    }
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> context) {
    super.init(context);
    stores = new GradeStores(context, rules.grading());
    context.schedule(DEADLINE_CHECK, PunctuationType.WALL_CLOCK_TIME, this::endGraceTimes);
  }

  @Override
  public void process(Record<String, SpecificRecord> record) {
    counters.consumed(Stage.GRADE);
    boolean isNew;
    if (record.value() instanceof TeacherSolution solution) {
      isNew = solved(solution, record.timestamp());
    } else if (record.value() instanceof StudentRollout part) {
      RolloutGroup group = stores.group(part);
      isNew = take(group, group.offer(part), record.timestamp());
    } else if (record.value() instanceof Verdict verdict) {
      RolloutGroup group = stores.group(verdict);
      isNew = take(group, group.offer(verdict), record.timestamp());
    } else {
      throw new IllegalStateException("grade does not read " + record.value().getClass());
    }
    if (!isNew) {
      counters.repeated(Stage.GRADE);
    }
  }

  /** Offers a solution to the groups that wait for it; false if the problem was solved before. */
  private boolean solved(TeacherSolution solution, long time) {
    String problemId = solution.getProblemId();
    if (stores.isSolved(problemId)) {
      return false;
    }
    int toCome = rules.iterations().dueIterations(problemId);
    for (RolloutGroup group : stores.openGroups(problemId)) {
      Step step = group.offer(solution);
      apply(group, step, time);
      toCome -= closesDueGroup(step) ? 1 : 0;
    }
    stores.solve(solution, toCome);
    return true;
  }

  /** Does what follows from an input to a group; false if nothing follows. */
  private boolean take(RolloutGroup group, Optional<Step> step, long time) {
    step.ifPresent(
        some -> {
          apply(group, some, time);
          if (closesDueGroup(some)) {
            stores.countClosed(group.key().problemId());
          }
        });
    return step.isPresent();
  }

  private void endGraceTimes(long now) {
    stores.countIfNone();
    stores.takeDue(now, group -> take(group, group.endGrace(), now));
  }

  private void apply(RolloutGroup before, Step step, long time) {
    step.questions().forEach(question -> ask(question, time));
    step.event().ifPresent(event -> write(event, time));
    stores.save(before, step.next());
    if (step.startsGrace()) {
      stores.setDeadline(before.key(), context().currentSystemTimeMs() + rules.grace().toMillis());
    }
  }

  private void ask(VerdictRequest question, long time) {
    context()
        .forward(
            new Record<>(question.getProblemId(), question, time), out(Topics.VERDICT_REQUESTS));
    counters.judgeAsked();
  }

  private void write(GradedRollout event, long time) {
    context().forward(new Record<>(event.getProblemId(), event, time), out(Topics.GRADED_ROLLOUTS));
    event.getCompletions().forEach(completion -> counters.graded(completion.getVerdict()));
    if (event.getMissing() != null) {
      counters.partial();
    }
    if (event.getRevision() == 0 && !event.getCompletions().isEmpty()) {
      int right = right(event);
      counters.groupGraded(right, event.getCompletions().size());
      if (writesRates) {
        context()
            .forward(
                new Record<>(event.getProblemId(), rate(event, right), time),
                out(Topics.SOLVE_RATES));
      }
    }
  }

  private static int right(GradedRollout event) {
    return (int)
        event.getCompletions().stream()
            .filter(completion -> completion.getVerdict() == VerdictValue.MATCH)
            .count();
  }

  private static SolveRate rate(GradedRollout event, int right) {
    return SolveRate.newBuilder()
        .setId(event.getId())
        .setProblemId(event.getProblemId())
        .setQuestion(event.getQuestion())
        .setIteration(event.getIteration())
        .setPolicyVersion(event.getPolicyVersion())
        .setRight(right)
        .setSamples(event.getCompletions().size())
        .setLineage(event.getLineage())
        .build();
  }

  /** Whether a group of an iteration that the problem is due for is whole and written now. */
  private boolean closesDueGroup(Step step) {
    return step.next().isClosed()
        && step.event()
            .map(event -> rules.iterations().isDue(event.getProblemId(), event.getIteration()))
            .orElse(false);
  }
}
