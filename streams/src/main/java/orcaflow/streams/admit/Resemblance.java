package orcaflow.streams.admit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import orcaflow.events.Problem;
import orcaflow.schemas.alike.AlikeIndex;
import orcaflow.schemas.alike.Shingles;
import orcaflow.streams.admit.Decision.Admitted;
import orcaflow.streams.admit.Decision.Reason;
import orcaflow.streams.admit.Decision.Rejected;
import orcaflow.streams.admit.NearDuplicates.Among;

/**
 * Whether a problem is a near-duplicate of an admitted one. Of several, the evidence names the most
 * similar one, and of equally similar ones that with the lowest id. The overlap is exact, not an
 * estimate.
 *
 * <p>Holds the admitted problems: {@link #admitted} must be called for each of them, after a
 * restart for all of them again, in any order.
 */
final class Resemblance {

  private final NearDuplicates settings;
  private final Shingles shingles;
  private final Function<String, Optional<Problem>> problems;
  private final AlikeIndex index;
  private final List<String> ids = new ArrayList<>();

  /** Another problem, and how much of both is shared. */
  private record Alike(String id, double overlap) {
    boolean moreThan(Alike other) {
      return overlap > other.overlap || overlap == other.overlap && id.compareTo(other.id) < 0;
    }
  }

  /**
   * @param problems admitted problems by id
   */
  Resemblance(NearDuplicates settings, Function<String, Optional<Problem>> problems) {
    this.settings = settings;
    this.shingles = settings.shingles();
    this.problems = problems;
    this.index = new AlikeIndex(settings.similarity());
  }

  /** Decides about a problem that no other rule rejects. */
  Decision decide(Problem problem) {
    long[] set = shingles.of(problem.getQuestion());
    Optional<Alike> nearest =
        settings.among() == Among.ANCESTORS ? amongAncestors(problem, set) : amongAll(set);
    return nearest.<Decision>map(this::rejected).orElseGet(Admitted::new);
  }

  /** Adds a problem to those that later ones are compared with. */
  void admitted(Problem problem) {
    if (settings.among() == Among.EVERYTHING) {
      ids.add(problem.getId());
      index.add(shingles.of(problem.getQuestion()));
    }
  }

  private Optional<Alike> amongAll(long[] set) {
    Alike[] nearest = new Alike[1];
    index.search(
        set,
        (number, overlap) -> {
          Alike found = new Alike(ids.get(number), overlap);
          if (nearest[0] == null || found.moreThan(nearest[0])) {
            nearest[0] = found;
          }
        });
    return Optional.ofNullable(nearest[0]);
  }

  private Optional<Alike> amongAncestors(Problem problem, long[] set) {
    Optional<Alike> nearest = Optional.empty();
    Optional<Problem> ancestor = parent(problem);
    while (ancestor.isPresent()) {
      Alike found =
          new Alike(
              ancestor.get().getId(),
              AlikeIndex.overlap(set, shingles.of(ancestor.get().getQuestion())));
      if (found.overlap() >= settings.similarity()
          && (nearest.isEmpty() || found.moreThan(nearest.get()))) {
        nearest = Optional.of(found);
      }
      ancestor = ancestor.flatMap(this::parent);
    }
    return nearest;
  }

  private Optional<Problem> parent(Problem problem) {
    return Optional.ofNullable(problem.getLineage().getParent()).flatMap(problems);
  }

  private Rejected rejected(Alike alike) {
    return new Rejected(
        Reason.NEAR_DUPLICATE,
        Evidence.duplicate(
            String.format(
                Locale.ROOT,
                "shares %.3f of the runs of %d words%s with problem %s, %s or more",
                alike.overlap(),
                settings.words(),
                settings.maskNumbers() ? ", numbers aside," : "",
                alike.id(),
                settings.similarity()),
            alike.id(),
            alike.overlap(),
            shingles.method()));
  }
}
