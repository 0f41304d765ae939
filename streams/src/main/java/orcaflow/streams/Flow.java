package orcaflow.streams;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.streams.admit.Admission;
import orcaflow.streams.admit.AdmitProcessor;
import orcaflow.streams.admit.Benchmarks;
import orcaflow.streams.admit.Decision;
import orcaflow.streams.close.CloseProcessor;
import orcaflow.streams.grade.GradeProcessor;
import orcaflow.streams.grade.Grading;
import orcaflow.streams.grade.SecondCheckProcessor;
import orcaflow.streams.pair.Labelling;
import orcaflow.streams.pair.PairProcessor;
import orcaflow.streams.pair.Pairing;
import orcaflow.streams.schedule.Requests;
import orcaflow.streams.schedule.ScheduleProcessor;
import org.apache.kafka.streams.Topology;

/**
 * The stages that join and decide, as one topology of sub-topologies that meet in topics only:
 * admit, schedule with grade and pair, and close.
 *
 * @param admission which candidates become problems
 * @param requests which problems get rollouts for which iteration
 * @param grading which verdict a rollout gets
 * @param pairing which rows a graded group gives
 * @param config intervals, batch sizes and limits
 */
public record Flow(
    Admission admission,
    Requests requests,
    Grading grading,
    Pairing pairing,
    StreamsConfig config) {

  /**
   * The topics that the stages read or write. Those keyed by problem id must have one partition
   * count, which {@link TopicCheck} checks; open-groups, closings and policies have one partition.
   */
  static final List<Topic<?>> TOPICS =
      List.of(
          Topics.PROBLEM_CANDIDATES,
          Topics.PROBLEMS,
          Topics.REJECTED_CANDIDATES,
          Topics.TEACHER_SOLUTIONS,
          Topics.ROLLOUT_REQUESTS,
          Topics.STUDENT_ROLLOUTS,
          Topics.GRADED_ROLLOUTS,
          Topics.SOLVE_RATES,
          Topics.VERDICT_REQUESTS,
          Topics.VERDICTS,
          Topics.OPEN_GROUPS,
          Topics.CLOSINGS,
          Topics.DEMONSTRATIONS,
          Topics.LABELLED_COMPLETIONS,
          Topics.PREFERENCE_PAIRS,
          Topics.STAGE_OUTCOMES,
          Topics.POLICIES);

  /** The topics that must exist. */
  List<Topic<?>> topics() {
    List<Topic<?>> topics = new ArrayList<>(TOPICS);
    if (config.admit().nearDuplicates().on()) {
      topics.add(Topics.ADMISSION_REQUESTS);
    }
    if (config.grade().secondChecker()) {
      topics.add(Topics.VERDICT_DISAGREEMENTS);
    }
    return topics;
  }

  /** The rules under a configuration and a recipe. */
  public static Flow of(StreamsConfig config, Recipe recipe, Benchmarks benchmarks) {
    return new Flow(
        Admission.of(config.admit(), benchmarks),
        new Requests(recipe),
        new Grading(config.grade().judge()),
        new Pairing(Labelling.of(recipe.labelling())),
        config);
  }

  private GradeProcessor.Rules gradeRules() {
    return new GradeProcessor.Rules(
        grading, requests, Duration.ofSeconds(config.grade().graceSeconds()));
  }

  /**
   * The stages, in the order in which data pass through them.
   *
   * @param partitions of the topics that are keyed by problem id
   */
  public Topology topology(TopologyNodes nodes, Counters counters, int partitions) {
    Topology topology = new Topology();
    counters.decisions(Decision.labels());
    AdmitProcessor.addTo(topology, nodes, admission, config.admit().nearDuplicates(), counters);
    nodes.read(topology, Topics.TEACHER_SOLUTIONS);
    ScheduleProcessor.addTo(
        topology,
        nodes,
        new ScheduleProcessor.Rules(requests, Grading::hasReference, partitions),
        config.schedule(),
        counters);
    GradeProcessor.addTo(topology, nodes, gradeRules(), counters);
    PairProcessor.addTo(topology, nodes, pairing, counters);
    if (config.grade().secondChecker()) {
      SecondCheckProcessor.addTo(topology, nodes, counters);
    }
    FreshCommits.addTo(topology, config.engine());
    CloseProcessor.addTo(topology, nodes, pairing, config.pair(), counters);
    return topology;
  }
}
