package orcaflow.agents;

import static orcaflow.schemas.ConfigFile.require;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import orcaflow.agents.model.PromptClient;
import orcaflow.agents.stage.StageLimits;
import orcaflow.service.Observe;

/**
 * Settings of the agents. {@code agents.yaml} on the class path lists each with its default.
 *
 * @param instance name of this process among those that run the same stages; no two may share it
 * @param stateDir folder of what the process knows of the run's topics, with a folder in it for
 *     each run and instance; a temporary one where there is none
 * @param preflight whether a process of its own asks each endpoint once before it starts; yes
 *     unless it says no
 * @param budget what the run may spend; nothing is refused without one
 * @param observe where metrics and health are served
 * @param endpoints the models
 * @param holding how inputs are held
 * @param stages which stages run, and how much of each at a time
 */
public record AgentsConfig(
    String instance,
    Optional<Path> stateDir,
    Optional<Boolean> preflight,
    Optional<SpendingConfig> budget,
    Observe observe,
    Endpoints endpoints,
    Holding holding,
    Stages stages) {

  public AgentsConfig {
    require(
        instance != null && instance.matches("[A-Za-z0-9_-]{1,60}"),
        "instance",
        instance,
        "1 to 60 letters, digits, '-' and '_'");
    require(observe != null, "observe", null, "host and port");
    require(endpoints != null, "endpoints", null, "agents, teacher, student and judge");
    require(holding != null, "holding", null, "how inputs are held");
    require(stages != null, "stages", null, "the five stages");
  }

  /** Who answers: equal settings share one endpoint and its limits. */
  public record Endpoints(
      EndpointConfig agents, EndpointConfig teacher, EndpointConfig student, EndpointConfig judge) {
    public Endpoints {
      require(agents != null, "endpoints.agents", null, "an endpoint");
      require(teacher != null, "endpoints.teacher", null, "an endpoint");
      require(student != null, "endpoints.student", null, "an endpoint");
      require(judge != null, "endpoints.judge", null, "an endpoint");
    }

    /** Whether some role has this endpoint and another. */
    boolean besideOthers(EndpointConfig one) {
      return Stream.of(agents, teacher, student, judge)
          .map(EndpointConfig::members)
          .anyMatch(members -> members.size() > 1 && members.contains(one));
    }
  }

  /** How inputs are held; see {@link StageLimits}. */
  public record Holding(
      int lockSeconds, int retryPauseMillis, int patienceSeconds, int drainSeconds) {

    StageLimits limits(Size size) {
      return new StageLimits(
          size.workers(),
          size.batch(),
          Duration.ofSeconds(lockSeconds),
          Duration.ofMillis(retryPauseMillis),
          Duration.ofSeconds(patienceSeconds),
          Duration.ofSeconds(drainSeconds));
    }
  }

  /** How many workers, and how many inputs each takes at once. */
  public record Size(int workers, int batch) {}

  /** The stages. */
  public record Stages(
      Asking askMeAnything, Asking suggestAndEdit, Solve solve, Sample sample, Asking judge) {
    public Stages {
      require(askMeAnything != null, "stages.askMeAnything", null, "its settings");
      require(suggestAndEdit != null, "stages.suggestAndEdit", null, "its settings");
      require(solve != null, "stages.solve", null, "its settings");
      require(sample != null, "stages.sample", null, "its settings");
      require(judge != null, "stages.judge", null, "its settings");
    }
  }

  /** A stage that asks a model. */
  public record Asking(boolean run, Size size, PromptClient.Settings model) {
    Asking of(String name) {
      return new Asking(run, size, model.of(name));
    }
  }

  /**
   * The teacher.
   *
   * @param teacher {@code model}, or {@code gold} for each problem's own solution or answer
   */
  public record Solve(boolean run, Size size, String teacher, PromptClient.Settings model) {
    public Solve {
      require(
          "model".equals(teacher) || "gold".equals(teacher), "teacher", teacher, "model or gold");
    }

    boolean byGold() {
      return teacher.equals("gold");
    }
  }

  /**
   * Sampling the student; how it samples is in the requests.
   *
   * @param model model to ask for where the endpoint is not the policy server; else the request's
   *     policy is asked for
   */
  public record Sample(boolean run, Size size, int tries, Optional<String> model) {
    public Sample {
      require(tries >= 1, "stages.sample.tries", tries, "1 or more");
      require(
          model.map(name -> !name.isBlank()).orElse(true),
          "stages.sample.model",
          model.orElse(null),
          "a model's name, or nothing for the policy of each request");
    }
  }

  /** The defaults, which are those of {@code agents.yaml}. */
  public static AgentsConfig defaults() {
    return AgentsFile.defaults().agents();
  }

  /** The same with the models at these base URLs; agents and judge at the first. */
  public AgentsConfig withModels(String agents, String teacher, String student) {
    return withEndpoints(
        new Endpoints(
            endpoints.agents().at(agents),
            endpoints.teacher().at(teacher),
            endpoints.student().at(student),
            endpoints.judge().at(agents)));
  }

  /** The same asking for a model by this name everywhere but at the student. */
  public AgentsConfig withModelNamed(String name) {
    Solve solve = stages.solve();
    return withStages(
        new Stages(
            stages.askMeAnything().of(name),
            stages.suggestAndEdit().of(name),
            new Solve(solve.run(), solve.size(), solve.teacher(), solve.model().of(name)),
            stages.sample(),
            stages.judge().of(name)));
  }

  /** The same with the API key from this environment variable everywhere but at the student. */
  public AgentsConfig withKeyFrom(String variable) {
    return withEndpoints(
        new Endpoints(
            endpoints.agents().withKeyFrom(variable),
            endpoints.teacher().withKeyFrom(variable),
            endpoints.student(),
            endpoints.judge().withKeyFrom(variable)));
  }

  /** The same with these prices everywhere but at the student. */
  public AgentsConfig withPrices(EndpointConfig.Cost price) {
    return withEndpoints(
        new Endpoints(
            endpoints.agents().costing(price),
            endpoints.teacher().costing(price),
            endpoints.student(),
            endpoints.judge().costing(price)));
  }

  /** The same with this deadline for each call of each endpoint. */
  public AgentsConfig withTimeout(int seconds) {
    return withEndpoints(
        new Endpoints(
            endpoints.agents().within(seconds),
            endpoints.teacher().within(seconds),
            endpoints.student().within(seconds),
            endpoints.judge().within(seconds)));
  }

  /** The same with its state in this folder. */
  public AgentsConfig in(Path dir) {
    return new AgentsConfig(
        instance, Optional.of(dir), preflight, budget, observe, endpoints, holding, stages);
  }

  /** The same with a budget for the run. */
  public AgentsConfig withBudget(String amount) {
    return new AgentsConfig(
        instance,
        stateDir,
        preflight,
        Optional.of(
            new SpendingConfig(Optional.of(amount), budget.flatMap(SpendingConfig::stages))),
        observe,
        endpoints,
        holding,
        stages);
  }

  /** The same with each problem's own solution as teacher. */
  public AgentsConfig withGoldTeacher() {
    Solve solve = stages.solve();
    return withStages(
        new Stages(
            stages.askMeAnything(),
            stages.suggestAndEdit(),
            new Solve(solve.run(), solve.size(), "gold", solve.model()),
            stages.sample(),
            stages.judge()));
  }

  private AgentsConfig withEndpoints(Endpoints others) {
    return new AgentsConfig(
        instance, stateDir, preflight, budget, observe, others, holding, stages);
  }

  /** The same with these stages. */
  public AgentsConfig withStages(Stages others) {
    return new AgentsConfig(
        instance, stateDir, preflight, budget, observe, endpoints, holding, others);
  }
}
