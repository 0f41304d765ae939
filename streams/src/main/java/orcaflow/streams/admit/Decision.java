package orcaflow.streams.admit;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The decision about a candidate. */
public sealed interface Decision {

  /** The decision as a label, from a closed set. */
  String label();

  /** The labels of all decisions. */
  static List<String> labels() {
    return Stream.concat(
            Stream.of(new Admitted().label()), Arrays.stream(Reason.values()).map(Reason::label))
        .toList();
  }

  /** The candidate is a problem. */
  record Admitted() implements Decision {
    @Override
    public String label() {
      return "admitted";
    }
  }

  /**
   * The candidate is not admitted.
   *
   * @param reason why
   * @param evidence the proof of the reason
   */
  record Rejected(Reason reason, Evidence evidence) implements Decision {

    /** A rejection whose evidence is one sentence. */
    Rejected(Reason reason, String sentence) {
      this(reason, Evidence.of(sentence));
    }

    @Override
    public String label() {
      return reason.label();
    }
  }

  /** All reasons, in the order in which the rules apply. */
  enum Reason {
    MALFORMED("malformed"),
    TOO_SHORT("too-short"),
    TOO_LONG("too-long"),
    OTHER_LANGUAGE("other-language"),
    BENCHMARK_OVERLAP("benchmark-overlap"),
    DUPLICATE("duplicate"),
    NEAR_DUPLICATE("near-duplicate");

    private final String label;

    Reason(String label) {
      this.label = label;
    }

    /** As written in events. */
    public String label() {
      return label;
    }
  }
}
