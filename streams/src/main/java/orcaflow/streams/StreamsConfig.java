package orcaflow.streams;

import static orcaflow.schemas.ConfigFile.require;

import java.nio.file.Path;
import java.util.Optional;
import orcaflow.service.Observe;
import orcaflow.streams.admit.AdmitSettings;
import orcaflow.streams.close.CloseSettings;
import orcaflow.streams.grade.Judge;
import orcaflow.streams.schedule.ScheduleSettings;

/**
 * Settings of the service, apart from where the run lives and what its recipe is.
 *
 * @param observe where metrics and health are served
 * @param engine how Kafka Streams runs
 * @param admit what may become a problem
 * @param schedule how fast requests are let out
 * @param grade who has the last word on a verdict
 * @param pair when groups that wait for the rest of their iteration are labelled
 */
public record StreamsConfig(
    Observe observe,
    Engine engine,
    AdmitSettings admit,
    ScheduleSettings schedule,
    Grade grade,
    CloseSettings pair) {

  public StreamsConfig {
    require(observe != null, "observe", null, "host and port");
    require(engine != null, "engine", null, "the settings of Kafka Streams");
    require(admit != null, "admit", null, "shortest and longest");
    require(schedule != null, "schedule", null, "intervalMillis and batch");
    require(grade != null, "grade", null, "judge and graceSeconds");
    require(pair != null, "pair", null, "closeAfterSeconds, intervalMillis and batch");
  }

  /** The defaults, which are those of {@code orcaflow-streams.yaml}. */
  public static StreamsConfig defaults() {
    return StreamsFile.defaults().streams();
  }

  /** The defaults for a service beside a broker in one process: sets are closed from outside. */
  public static StreamsConfig embedded(Path stateDir) {
    StreamsConfig defaults = defaults();
    return new StreamsConfig(
            defaults.observe,
            defaults.engine.in(stateDir, "embedded"),
            defaults.admit,
            defaults.schedule,
            defaults.grade,
            defaults.pair)
        .closingAfter(0);
  }

  /**
   * The same with another rule for a set of groups that depend on one another.
   *
   * @param seconds of quiet after which a set is closed; 0 where it is closed from outside
   */
  public StreamsConfig closingAfter(int seconds) {
    return new StreamsConfig(
        observe,
        engine,
        admit,
        schedule,
        grade,
        new CloseSettings(seconds, pair.intervalMillis(), pair.batch()));
  }

  /**
   * How Kafka Streams runs.
   *
   * @param stateDir folder of the stores; one service at a time
   * @param instance name of this instance in its group, unlike any other's: one that comes back
   *     after a crash then takes its place at once instead of after sessionTimeoutMillis
   * @param threads stream threads
   * @param commitMillis milliseconds between commits: what was read becomes visible after at most
   *     this
   * @param freshCommitMillis milliseconds between commits of grade and pair while they keep up with
   *     their input, see {@link FreshCommits}; 0, or a file that does not say: commitMillis
   * @param sessionTimeoutMillis milliseconds after which a silent instance loses its partitions
   * @param standbys copies of each store kept on other instances
   * @param storeMegabytes memory of all stores together, outside the heap
   * @param replacements stream threads that may be replaced within ten minutes before the service
   *     gives up
   * @param closeSeconds longest time for an orderly stop
   */
  public record Engine(
      Path stateDir,
      Optional<String> instance,
      int threads,
      int commitMillis,
      int freshCommitMillis,
      int sessionTimeoutMillis,
      int standbys,
      int storeMegabytes,
      int replacements,
      int closeSeconds) {
    public Engine {
      require(stateDir != null, "engine.stateDir", null, "a folder");
      require(
          instance.map(name -> name.matches("[A-Za-z0-9_-]{1,60}")).orElse(true),
          "engine.instance",
          instance.orElse(""),
          "1 to 60 letters, digits, '-' and '_', or leave it out");
      require(threads >= 1 && threads <= 64, "engine.threads", threads, "1 to 64");
      require(
          commitMillis >= 10 && commitMillis <= 60_000,
          "engine.commitMillis",
          commitMillis,
          "10 to 60000");
      freshCommitMillis = freshCommitMillis == 0 ? commitMillis : freshCommitMillis;
      require(
          freshCommitMillis >= 10 && freshCommitMillis <= commitMillis,
          "engine.freshCommitMillis",
          freshCommitMillis,
          "10 to engine.commitMillis; 0: as that one");
      require(
          sessionTimeoutMillis >= 6_000 && sessionTimeoutMillis <= 1_800_000,
          "engine.sessionTimeoutMillis",
          sessionTimeoutMillis,
          "6000 to 1800000, which is what brokers allow");
      require(standbys >= 0 && standbys <= 5, "engine.standbys", standbys, "0 to 5");
      require(storeMegabytes >= 16, "engine.storeMegabytes", storeMegabytes, "16 or more");
      require(
          replacements >= 0 && replacements <= 1000,
          "engine.replacements",
          replacements,
          "0 to 1000");
      require(closeSeconds >= 1, "engine.closeSeconds", closeSeconds, "1 or more");
    }

    Engine in(Path otherDir, String name) {
      return new Engine(
          otherDir,
          Optional.of(name),
          threads,
          commitMillis,
          freshCommitMillis,
          sessionTimeoutMillis,
          standbys,
          storeMegabytes,
          replacements,
          closeSeconds);
    }
  }

  /**
   * Who has the last word on a verdict.
   *
   * @param judge off, undecided or all
   * @param graceSeconds seconds after which a group goes out without the rollouts or verdicts that
   *     have not come
   * @param secondChecker whether each verdict is checked by a second method, whose contradictions
   *     go to verdict-disagreements; a file that does not say means no
   */
  public record Grade(Judge judge, int graceSeconds, Boolean secondChecker) {
    public Grade {
      secondChecker = secondChecker != null && secondChecker;
      require(judge != null, "grade.judge", null, "off, undecided or all");
      require(graceSeconds >= 1, "grade.graceSeconds", graceSeconds, "1 or more");
    }
  }
}
