package orcaflow.stack.scripted;

/** A request this server refuses, with the key that is wrong. */
final class BadRequest extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String param;

  BadRequest(String param, String message) {
    super(message, null, false, false);
    this.param = param;
  }

  /** The key, empty when the body as a whole is wrong. */
  String param() {
    return param;
  }
}
