package orcaflow.cli.lineage;

/** What was asked for is not in the run, in one sentence. */
public final class UnknownId extends Exception {
  private static final long serialVersionUID = 1L;

  public UnknownId(String message) {
    super(message);
  }
}
