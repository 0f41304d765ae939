package orcaflow.streams.admit;

/** What becomes of a candidate. */
public sealed interface Decision {

  /** The decision in one word, from a closed set. */
  String label();

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
   * @param evidence what proves it
   */
  record Rejected(Reason reason, Evidence evidence) implements Decision {

    /** Where one sentence says it all. */
    Rejected(Reason reason, String sentence) {
      this(reason, Evidence.of(sentence));
    }

    @Override
    public String label() {
      return reason.label();
    }
  }

  /** Every reason there is, in the order in which the rules are asked. */
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
