package orcaflow.bench;

/** Something that a measurement needs is not to be had; the message says what, in a sentence. */
public final class CannotMeasure extends Exception {
  private static final long serialVersionUID = 1L;

  public CannotMeasure(String message) {
    super(message);
  }

  public CannotMeasure(String message, Throwable cause) {
    super(message, cause);
  }
}
