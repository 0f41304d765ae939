package orcaflow.cli.replay;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import orcaflow.cli.audit.MovedVerdicts;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.schemas.answer.AnswerMatcher;
import orcaflow.streams.grade.Regrading;

/** The verdicts of a history that count: the stored ones, or those of the rules of this build. */
final class Verdicts {

  private final boolean regrade;
  private final LongAdder all = new LongAdder();
  private final Map<String, LongAdder> moved = new ConcurrentSkipListMap<>();

  private Verdicts(boolean regrade) {
    this.regrade = regrade;
  }

  static Verdicts stored() {
    return new Verdicts(false);
  }

  static Verdicts regraded() {
    return new Verdicts(true);
  }

  /** A group with the verdicts that count. */
  GradedRollout of(GradedRollout stored) {
    return regrade ? Regrading.of(stored).group() : stored;
  }

  /** The same, and its verdicts are counted. */
  GradedRollout counted(GradedRollout stored) {
    all.add(stored.getCompletions().size());
    if (!regrade) {
      return stored;
    }
    Regrading now = Regrading.of(stored);
    now.moved().forEach(each -> count(each.before(), each.after()));
    return now.group();
  }

  private void count(GradedCompletion before, GradedCompletion after) {
    moved.computeIfAbsent(MovedVerdicts.kind(before, after), none -> new LongAdder()).increment();
  }

  /** How many there are, and how many moved. */
  String text() {
    if (!regrade) {
      return "as they were stored";
    }
    long sum = moved.values().stream().mapToLong(LongAdder::sum).sum();
    return "rules %d: %,d of %,d verdicts moved%s"
        .formatted(
            AnswerMatcher.RULES_VERSION,
            sum,
            all.sum(),
            moved.entrySet().stream()
                .map(each -> "%s %,d".formatted(each.getKey(), each.getValue().sum()))
                .collect(
                    Collectors.joining(
                        ", ", moved.isEmpty() ? "" : " (", moved.isEmpty() ? "" : ")")));
  }
}
