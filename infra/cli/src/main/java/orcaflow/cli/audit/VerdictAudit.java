package orcaflow.cli.audit;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import orcaflow.events.CheckValue;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.VerdictDisagreement;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.answer.second.Check;
import orcaflow.schemas.answer.second.Disagreements;
import orcaflow.schemas.answer.second.SecondChecker;

/** The verdicts of a run, each checked once by the second checker. */
public final class VerdictAudit {

  private final Set<String> checked = new HashSet<>();
  private final Map<String, VerdictDisagreement> found = new LinkedHashMap<>();
  private final Map<String, VerdictDisagreement> recorded = new LinkedHashMap<>();
  private int decided;
  private int undecided;
  private int unsure;

  /**
   * How many there are.
   *
   * @param verdicts rollouts with a verdict
   * @param decided those that both checkers decide
   * @param agree those of them about which they agree
   * @param disagree those of them about which they do not
   * @param undecided verdicts that are UNDECIDED
   * @param unsure verdicts of which the second checker is unsure
   * @param recorded events of verdict-disagreements
   * @param recordedOnly those of them that are not found now
   */
  public record Counts(
      int verdicts,
      int decided,
      int agree,
      int disagree,
      int undecided,
      int unsure,
      int recorded,
      int recordedOnly) {}

  /** Checks the verdicts of a group; a rollout that comes again is not counted again. */
  public void check(GradedRollout group) {
    for (GradedCompletion completion : group.getCompletions()) {
      if (checked.add(completion.getRolloutId())) {
        check(group, completion);
      }
    }
  }

  private void check(GradedRollout group, GradedCompletion completion) {
    Check check = SecondChecker.check(group.getReferenceAnswer(), completion.getText());
    boolean isUndecided = completion.getVerdict() == VerdictValue.UNDECIDED;
    boolean isUnsure = check.value() == CheckValue.UNSURE;
    undecided += isUndecided ? 1 : 0;
    unsure += isUnsure ? 1 : 0;
    decided += isUndecided || isUnsure ? 0 : 1;
    Disagreements.of(group, completion, check).ifPresent(event -> found.put(event.getId(), event));
  }

  /** Adds what was recorded while the run went on. */
  public void record(VerdictDisagreement event) {
    recorded.putIfAbsent(event.getId(), event);
  }

  /** What is found now. */
  public List<VerdictDisagreement> found() {
    return List.copyOf(found.values());
  }

  /** What was recorded and is not found now: a checker has other rules since then. */
  public List<VerdictDisagreement> recordedOnly() {
    List<VerdictDisagreement> only = new ArrayList<>();
    recorded.forEach(
        (id, event) -> {
          if (!found.containsKey(id)) {
            only.add(event);
          }
        });
    return only;
  }

  public Counts counts() {
    return new Counts(
        checked.size(),
        decided,
        decided - found.size(),
        found.size(),
        undecided,
        unsure,
        recorded.size(),
        recordedOnly().size());
  }
}
