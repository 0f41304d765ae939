package orcaflow.stack;

/** A part of the stack cannot start or do what it was asked; the message is for the user. */
public class StackException extends RuntimeException {

  public StackException(String message) {
    super(message);
  }

  public StackException(String message, Throwable cause) {
    super(message, cause);
  }
}
