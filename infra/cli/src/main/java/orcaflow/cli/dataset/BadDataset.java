package orcaflow.cli.dataset;

/**
 * What the person named cannot be used: no such version, run or folder, or a file that is broken.
 */
public final class BadDataset extends Exception {
  private static final long serialVersionUID = 1L;

  BadDataset(String message) {
    super(message);
  }

  BadDataset(String message, Throwable cause) {
    super(message, cause);
  }
}
