package orcaflow.schemas.answer.second;

import orcaflow.events.CheckValue;
import orcaflow.events.VerdictValue;

/** What the second checker says of a completion against a reference. */
public sealed interface Check {

  /** Why, in words. */
  String reason();

  /** The case as it stands in events. */
  CheckValue value();

  /** The reason with the values that were compared, for an event or a line. */
  default String explained() {
    return reason();
  }

  /** Whether a verdict and this check cannot both be right. */
  default boolean contradicts(VerdictValue verdict) {
    return (verdict == VerdictValue.MATCH && value() == CheckValue.DIFFERENT)
        || (verdict == VerdictValue.MISMATCH && value() == CheckValue.SAME);
  }

  /**
   * Both say the same number.
   *
   * @param wanted the number of the reference
   * @param given the number of the completion
   */
  record Same(String reason, String wanted, String given) implements Check {
    @Override
    public CheckValue value() {
      return CheckValue.SAME;
    }

    @Override
    public String explained() {
      return "%s: wanted %s, given %s".formatted(reason, wanted, given);
    }
  }

  /**
   * They say two numbers.
   *
   * @param wanted the number of the reference
   * @param given the number of the completion
   */
  record Different(String reason, String wanted, String given) implements Check {
    @Override
    public CheckValue value() {
      return CheckValue.DIFFERENT;
    }

    @Override
    public String explained() {
      return "%s: wanted %s, given %s".formatted(reason, wanted, given);
    }
  }

  /** At least one of them says no number that is beyond doubt. */
  record Unsure(String reason) implements Check {
    @Override
    public CheckValue value() {
      return CheckValue.UNSURE;
    }
  }
}
