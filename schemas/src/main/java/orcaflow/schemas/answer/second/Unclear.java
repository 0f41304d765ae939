package orcaflow.schemas.answer.second;

/** A text says no number that is beyond doubt; the message is the reason. */
final class Unclear extends Exception {

  Unclear(String why) {
    super(why, null, false, false);
  }
}
