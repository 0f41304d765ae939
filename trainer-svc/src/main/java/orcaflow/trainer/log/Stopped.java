package orcaflow.trainer.log;

/** Work was asked to stop before it was done; the part that is done is kept. */
public final class Stopped extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public Stopped() {
    super("told to stop", null, false, false);
  }
}
