package orcaflow.cli.make;

import java.util.Optional;
import java.util.OptionalDouble;
import orcaflow.trainer.evaluate.Wilson;

/**
 * Whether the wanted number can still be reached. It is certain that it cannot when everything that
 * may still come is too little. It is likely when the upper end of the 95 % Wilson interval of the
 * share that was accepted is too small for the problems or for the money that is left.
 *
 * @param wanted problems to be accepted in all
 * @param accepted problems accepted so far
 * @param decided problems decided so far
 * @param inHand most problems that the seeds in hand can still give
 * @param seedsLeft seeds of the file that are not let in yet
 * @param mostPerSeed most problems of one seed: itself and what the agents can make of it
 * @param perSeed problems of a seed so far, on average
 * @param affordable problems that the rest of the money pays, where there is a limit
 */
public record Reach(
    long wanted,
    long accepted,
    long decided,
    long inHand,
    long seedsLeft,
    int mostPerSeed,
    double perSeed,
    OptionalDouble affordable) {

  /** Decided problems before which nothing is said about what is likely. */
  static final int LEAST = 30;

  /** Why the number is out of reach for certain. */
  public Optional<String> impossible() {
    long most = accepted + inHand + seedsLeft * mostPerSeed;
    return most >= wanted
        ? Optional.empty()
        : Optional.of(
            ("%,d are out of reach: %,d accepted, at most %,d of the problems in hand, and at most"
                    + " %,d of the %,d seeds left make %,d at most")
                .formatted(wanted, accepted, inHand, seedsLeft * mostPerSeed, seedsLeft, most));
  }

  /** Why the number will hardly be reached. */
  public Optional<String> unlikely() {
    if (decided < LEAST || impossible().isPresent()) {
      return Optional.empty();
    }
    double share = Wilson.of((int) accepted, (int) decided).high();
    double problems = inHand + seedsLeft * perSeed;
    return tooFew(share, problems, "the problems that are left")
        .or(
            () ->
                affordable.isEmpty()
                    ? Optional.empty()
                    : tooFew(
                        share, affordable.getAsDouble(), "the problems that the money still pays"));
  }

  private Optional<String> tooFew(double share, double problems, String which) {
    double most = accepted + share * problems;
    return most >= wanted
        ? Optional.empty()
        : Optional.of(
            ("%,d will hardly be reached: %,d of %,d were accepted, at most %.1f %% (95 %% Wilson"
                    + " interval); of %s (about %,.0f) that makes %,.0f in all")
                .formatted(wanted, accepted, decided, 100 * share, which, problems, most));
  }
}
