package orcaflow.agents;

import static orcaflow.schemas.ConfigFile.require;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import orcaflow.agents.model.Amount;
import orcaflow.agents.model.Budget;
import orcaflow.agents.model.EndpointLimits;
import orcaflow.agents.model.PriceList;
import orcaflow.agents.model.PromptClient;
import orcaflow.agents.model.Transport;
import orcaflow.agents.stage.StageLimits;

/**
 * Settings of the agents. {@code agents.yaml} on the class path lists each with its default.
 *
 * @param instance name of this process among those that run the same stages; no two may share it
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
    Optional<Boolean> preflight,
    Optional<Spending> budget,
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

  /** A loopback address, and a port or 0 for any free one. */
  public record Observe(String host, int port) {}

  /** Who answers: equal settings share one endpoint and its limits. */
  public record Endpoints(Model agents, Model teacher, Model student, Model judge) {
    public Endpoints {
      require(agents != null, "endpoints.agents", null, "an endpoint");
      require(teacher != null, "endpoints.teacher", null, "an endpoint");
      require(student != null, "endpoints.student", null, "an endpoint");
      require(judge != null, "endpoints.judge", null, "an endpoint");
    }
  }

  /**
   * A model's endpoint and how it is to be treated; see {@link EndpointLimits}.
   *
   * @param keyVariable environment variable that holds the API key
   * @param keyFile file that holds the API key
   * @param cost what it costs; none for an endpoint that is free
   * @param longestWaitSeconds longest wait that the endpoint may ask for
   * @param maxAnswerBytes size at which an answer is cut off
   * @param endAfterSeconds how long a rejected key, an unknown model or a wrong URL is waited for
   *     before the service ends; 0 is for ever
   * @param transport proxy and certificates
   */
  public record Model(
      String url,
      Optional<String> keyVariable,
      Optional<String> keyFile,
      int timeoutSeconds,
      int concurrency,
      int attempts,
      int backoffMillis,
      int longestBackoffSeconds,
      Optional<Long> requestsPerMinute,
      Optional<Long> tokensPerMinute,
      Optional<Cost> cost,
      Optional<Integer> longestWaitSeconds,
      Optional<Integer> maxAnswerBytes,
      Optional<Integer> endAfterSeconds,
      Optional<Reach> transport) {

    private static final int LONGEST_WAIT_SECONDS = 600;
    private static final int END_AFTER_SECONDS = 60;

    public Model {
      require(url != null && !url.isBlank(), "url", url, "http://host:port");
      require(timeoutSeconds >= 1, "timeoutSeconds", timeoutSeconds, "1 or more");
      require(
          keyVariable.isEmpty() || keyFile.isEmpty(),
          "keyVariable",
          keyVariable.orElse(null),
          "either it or keyFile");
    }

    /** How long settings that only a person can mend are waited for; empty for ever. */
    Optional<Duration> endAfter() {
      return Optional.of(Duration.ofSeconds(endAfterSeconds.orElse(END_AFTER_SECONDS)))
          .filter(wait -> !wait.isZero());
    }

    EndpointLimits limits() {
      return new EndpointLimits(
          concurrency,
          attempts,
          Duration.ofMillis(backoffMillis),
          Duration.ofSeconds(longestBackoffSeconds),
          Duration.ofSeconds(
              Math.max(longestBackoffSeconds, longestWaitSeconds.orElse(LONGEST_WAIT_SECONDS))),
          perMinute(requestsPerMinute),
          perMinute(tokensPerMinute),
          prices());
    }

    PriceList prices() {
      return cost.map(Cost::prices).orElse(PriceList.FREE);
    }

    Model costing(Cost price) {
      return new Model(
          url,
          keyVariable,
          keyFile,
          timeoutSeconds,
          concurrency,
          attempts,
          backoffMillis,
          longestBackoffSeconds,
          requestsPerMinute,
          tokensPerMinute,
          Optional.of(price),
          longestWaitSeconds,
          maxAnswerBytes,
          endAfterSeconds,
          transport);
    }

    Model at(String otherUrl) {
      return new Model(
          otherUrl,
          keyVariable,
          keyFile,
          timeoutSeconds,
          concurrency,
          attempts,
          backoffMillis,
          longestBackoffSeconds,
          requestsPerMinute,
          tokensPerMinute,
          cost,
          longestWaitSeconds,
          maxAnswerBytes,
          endAfterSeconds,
          transport);
    }

    Model withKeyFrom(String variable) {
      return new Model(
          url,
          Optional.of(variable),
          Optional.empty(),
          timeoutSeconds,
          concurrency,
          attempts,
          backoffMillis,
          longestBackoffSeconds,
          requestsPerMinute,
          tokensPerMinute,
          cost,
          longestWaitSeconds,
          maxAnswerBytes,
          endAfterSeconds,
          transport);
    }

    private static OptionalLong perMinute(Optional<Long> limit) {
      return limit.map(OptionalLong::of).orElseGet(OptionalLong::empty);
    }
  }

  /** Proxy and certificates; see {@link orcaflow.agents.model.Transport}. */
  public record Reach(
      Optional<String> proxy,
      Optional<String> caFile,
      Optional<String> certificateFile,
      Optional<String> certificateKeyFile) {

    Transport transport() {
      return new Transport(
          proxy.map(URI::create),
          caFile.map(Path::of),
          certificateFile.map(Path::of),
          certificateKeyFile.map(Path::of));
    }
  }

  /**
   * Prices in any one currency.
   *
   * @param perMillionCachedTokens of prompt tokens from the endpoint's cache; as others if missing
   * @param models prices of models that cost something else, by the name that is requested
   */
  public record Cost(
      double perMillionPromptTokens,
      double perMillionCompletionTokens,
      Optional<Double> perMillionCachedTokens,
      Optional<Map<String, Cost>> models) {

    PriceList prices() {
      Map<String, PriceList.Price> byModel = new HashMap<>();
      models.ifPresent(all -> all.forEach((name, cost) -> byModel.put(name, cost.price())));
      return new PriceList(price(), byModel);
    }

    private PriceList.Price price() {
      return new PriceList.Price(
          perMillionPromptTokens,
          perMillionCachedTokens.orElse(perMillionPromptTokens),
          perMillionCompletionTokens);
    }
  }

  /**
   * What the run and its stages may spend, as amounts such as {@code 25USD} or {@code
   * 2000000tokens}. An entry of the run log replaces it ({@code ./orcaflow budget raise}).
   */
  public record Spending(Optional<String> run, Optional<Map<String, String>> stages) {

    public Spending {
      run.ifPresent(Amount::parse);
      stages.ifPresent(all -> all.values().forEach(Amount::parse));
    }

    void applyTo(Budget budget) {
      run.ifPresent(amount -> budget.limit(Budget.RUN, Amount.parse(amount)));
      stages.ifPresent(
          all -> all.forEach((stage, amount) -> budget.limit(stage, Amount.parse(amount))));
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
    return new AgentsConfig(
        instance,
        preflight,
        budget,
        observe,
        new Endpoints(
            endpoints.agents().at(agents),
            endpoints.teacher().at(teacher),
            endpoints.student().at(student),
            endpoints.judge().at(agents)),
        holding,
        stages);
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
    return new AgentsConfig(
        instance,
        preflight,
        budget,
        observe,
        new Endpoints(
            endpoints.agents().withKeyFrom(variable),
            endpoints.teacher().withKeyFrom(variable),
            endpoints.student(),
            endpoints.judge().withKeyFrom(variable)),
        holding,
        stages);
  }

  /** The same with these prices everywhere but at the student. */
  public AgentsConfig withPrices(Cost price) {
    return new AgentsConfig(
        instance,
        preflight,
        budget,
        observe,
        new Endpoints(
            endpoints.agents().costing(price),
            endpoints.teacher().costing(price),
            endpoints.student(),
            endpoints.judge().costing(price)),
        holding,
        stages);
  }

  /** The same with a budget for the run. */
  public AgentsConfig withBudget(String amount) {
    return new AgentsConfig(
        instance,
        preflight,
        Optional.of(new Spending(Optional.of(amount), budget.flatMap(Spending::stages))),
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

  /** The same with these stages. */
  public AgentsConfig withStages(Stages others) {
    return new AgentsConfig(instance, preflight, budget, observe, endpoints, holding, others);
  }
}
