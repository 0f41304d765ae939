package orcaflow.service;

import java.util.Optional;

/**
 * Ports of 127.0.0.1 where people find a part, so that a bookmark or a scrape configuration lives
 * longer than a process. Where one is taken, a free one is used and that is said.
 */
public enum UsualPort {
  KAFKA("Kafka is", 9092),
  REGISTRY("the schema registry is", 8081),
  AGENTS("metrics of the agents are", 9101),
  STREAMS("metrics of the streams are", 9102),
  TRAINER("metrics of the trainer are", 9103),
  RUN("metrics of the run are", 9104),
  POLICIES("the policy server is", 8001);

  /** {@code free}: the usual ports are left to others; for tests and for many runs side by side. */
  public static final String PROPERTY = "orcaflow.ports";

  private static final String FREE = "free";

  private final String what;
  private final int number;

  UsualPort(String what, int number) {
    this.what = what;
    this.number = number;
  }

  public int number() {
    return number;
  }

  /** The usual port, or 0 (any free one) where the usual ones are left to others. */
  public int wanted() {
    return isLeft() ? 0 : number;
  }

  /** {@link #isTaken}, if the part is on another port and did not leave this one to others. */
  public Optional<String> elsewhere(int actual) {
    return isLeft() || actual == number ? Optional.empty() : Optional.of(isTaken(actual));
  }

  /** Says that the part is on another port, as somebody else has the usual one. */
  public String isTaken(int actual) {
    return "port %d is taken: %s on %d".formatted(number, what, actual);
  }

  private static boolean isLeft() {
    return FREE.equals(System.getProperty(PROPERTY));
  }
}
