package orcaflow.cli.make;

/** Whether a problem is accepted. It changes once, from open to one of the others. */
sealed interface Decision {

  /** Something is still on its way. */
  record Open() implements Decision {}

  /** It is not accepted. */
  record Refused(String why) implements Decision {}

  /** It is accepted, if its turn comes before enough others are. */
  record Taken(AcceptedProblem problem) implements Decision {}
}
