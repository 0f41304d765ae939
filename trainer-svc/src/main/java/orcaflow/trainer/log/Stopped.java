package orcaflow.trainer.log;

/** Work was told to end before it was done; what is done is kept. */
public final class Stopped extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public Stopped() {
    super("told to stop", null, false, false);
  }
}
