package orcaflow.cli.replay;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import orcaflow.cli.run.BundledFiles;
import orcaflow.cli.run.RunControl;
import orcaflow.events.RunLogEntry;
import orcaflow.schemas.Ids;
import orcaflow.schemas.answer.AnswerMatcher;

/**
 * The settings of a replay and what they meant when it began. Kept in the run log of the run that
 * it writes, so that the same command continues with exactly the same records, though the first run
 * may have grown, and another command is refused instead of mixing two experiments.
 *
 * @param start number of the iteration whose policy the training starts from, 0 for none
 */
record ReplaySpec(@JsonProperty("told") Settings settings, int start, History history) {

  private static final ObjectMapper JSON = new ObjectMapper().registerModule(new Jdk8Module());
  private static final String KIND = "config";
  private static final String NAME = "replay";

  /**
   * The command.
   *
   * @param labelling name@hash
   * @param recipe name@hash
   * @param benchmark file name@hash
   * @param rules version of the rules by which rollouts are graded once more; 0 for stored verdicts
   */
  record Settings(
      String from,
      String labelling,
      String recipe,
      String fromPolicy,
      String benchmark,
      @JsonInclude(JsonInclude.Include.NON_DEFAULT) int rules) {

    static Settings of(ReplayPlan plan) throws IOException {
      return new Settings(
          plan.fromText(),
          plan.labelling().id(),
          plan.recipeId(),
          plan.fromPolicy(),
          Ids.named(plan.benchmark().getFileName().toString(), BundledFiles.hash(plan.benchmark())),
          plan.regrade() ? AnswerMatcher.RULES_VERSION : 0);
    }

    /** Refuses to continue under other settings. */
    void require(Settings now, String target) throws BadReplay {
      require(target, "from", from, now.from);
      require(target, "labelling", labelling, now.labelling);
      require(target, "recipe", recipe, now.recipe);
      require(target, "from-policy", fromPolicy, now.fromPolicy);
      require(target, "benchmark", benchmark, now.benchmark);
      require(target, "regrade (rules)", Integer.toString(rules), Integer.toString(now.rules));
    }

    private static void require(String target, String option, String then, String now)
        throws BadReplay {
      if (!then.equals(now)) {
        throw new BadReplay(
            "'%s' is a replay with --%s %s, and this command says %s: use another --to"
                .formatted(target, option, then, now));
      }
    }
  }

  /**
   * What the run log of the target says.
   *
   * @throws BadReplay if the target is a run, but no replay
   */
  static Optional<ReplaySpec> in(List<RunLogEntry> log, String target) throws BadReplay {
    Optional<RunLogEntry> entry =
        log.stream().filter(e -> e.getKind().equals(KIND) && e.getName().equals(NAME)).findFirst();
    if (entry.isEmpty() && !log.isEmpty()) {
      throw new BadReplay(
          "run '%s' is there already, and is no replay: use another --to".formatted(target));
    }
    try {
      return entry.isEmpty()
          ? Optional.empty()
          : Optional.of(JSON.readValue(entry.get().getText(), ReplaySpec.class));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "the run log of '%s' cannot be read: %s".formatted(target, e.getOriginalMessage()), e);
    }
  }

  RunLogEntry entry() {
    try {
      String text = JSON.writeValueAsString(this);
      return RunControl.entry(KIND, NAME, text, Ids.contentHash(text));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a plan is always JSON", e);
    }
  }
}
