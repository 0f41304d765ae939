package orcaflow.cli.continuous;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import orcaflow.cli.run.Iterations;
import orcaflow.cli.run.Report;
import orcaflow.cli.terminal.Progress;
import orcaflow.events.Alarm;
import orcaflow.events.Evaluation;
import orcaflow.events.Iteration;
import orcaflow.events.Policy;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.TopicReader;
import orcaflow.schemas.recipe.Recipe;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what the training of a run comes to, as it happens: iterations, policies, scores. */
public final class News implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(News.class);
  private static final List<Topic<?>> READ =
      List.of(Topics.ITERATIONS, Topics.POLICIES, Topics.EVALUATIONS, Topics.ALARMS);

  private final Recipe recipe;
  private final TopicReader<String, SpecificRecord> reader;
  private final PolicyLog policies = new PolicyLog();
  private boolean ended;

  private News(Recipe recipe, TopicReader<String, SpecificRecord> reader) {
    this.recipe = recipe;
    this.reader = reader;
  }

  /** Reads what is there already; it is no news. */
  public static News open(Cluster cluster, Recipe recipe) {
    News news = new News(recipe, TopicReader.events(cluster));
    List<TopicPartition> partitions = new ArrayList<>();
    READ.forEach(topic -> partitions.addAll(news.reader.partitions(topic.in(cluster.run()))));
    news.reader.startAtBeginning(partitions);
    news.reader.readTo(
        news.reader.committedEnds(),
        TopicReader.Receiver.skipping(LOG, record -> news.sentence(record.value())));
    return news;
  }

  /** Says what has come since. */
  public void say(Progress progress) {
    reader.poll(
        Duration.ZERO,
        TopicReader.Receiver.skipping(
            LOG, record -> sentence(record.value()).lines().forEach(progress::say)));
    if (!ended && isTrainedToItsEnd()) {
      ended = true;
      progress.say(
          ("recipe '%s' is trained to its end: problems are solved and sampled, but nothing more is"
                  + " learnt (a recipe with a part 'continuous' has no end)")
              .formatted(recipe.name()));
    }
  }

  private boolean isTrainedToItsEnd() {
    return recipe.continuous().isEmpty() && policies.newest() >= recipe.iterations().size();
  }

  private String sentence(SpecificRecord event) {
    if (event instanceof Policy policy) {
      policies.add(policy);
      return Iterations.trained(policy);
    }
    if (event instanceof Evaluation evaluation) {
      policies.add(evaluation);
      return "%s %s: pass@1 %s"
          .formatted(
              evaluation.getPolicyVersion(),
              evaluation.getMode(),
              Report.shown(Report.Score.of(evaluation)));
    }
    if (event instanceof Alarm alarm) {
      return "ALARM %s: %s; likely cause: %s; %s"
          .formatted(
              alarm.getIteration(), alarm.getSentence(), alarm.getCause(), alarm.getAction());
    }
    return event instanceof Iteration iteration
        ? "%s (%s) is open".formatted(iteration.getName(), iteration.getAlgorithm())
        : "";
  }

  /** The policies so far. */
  public PolicyLog policies() {
    return policies;
  }

  @Override
  public void close() {
    reader.close();
  }
}
