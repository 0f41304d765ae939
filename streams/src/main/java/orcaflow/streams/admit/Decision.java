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
   * @param evidence what proves it: file and line, the id it duplicates, the length and the limit
   */
  record Rejected(Reason reason, String evidence) implements Decision {
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
    BENCHMARK_OVERLAP("benchmark-overlap"),
    DUPLICATE("duplicate");

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
