package orcaflow.cli.replay;

/** What the person asked for cannot be replayed or compared, in one sentence. */
public final class BadReplay extends Exception {
  private static final long serialVersionUID = 1L;

  BadReplay(String message) {
    super(message);
  }

  BadReplay(String message, Throwable cause) {
    super(message, cause);
  }
}
