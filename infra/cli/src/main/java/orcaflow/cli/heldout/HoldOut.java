package orcaflow.cli.heldout;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import orcaflow.agents.seed.SeedProblem;
import orcaflow.schemas.Ids;
import orcaflow.schemas.alike.Families;

/**
 * Which problems of the seeds are the benchmark. Whole families are held out, so that no seed is
 * nearly a question; a family is chosen by its least problem id, so the order of rows does not
 * matter.
 *
 * @param questions those with an answer, one for each problem id
 * @param problems ids of all problems that are no seeds any more
 */
public record HoldOut(List<SeedProblem> questions, Set<String> problems) {

  /** By default no more questions are held out: they tell apart what matters. */
  static final int USUAL_MOST = 1_000;

  public HoldOut {
    questions = List.copyOf(questions);
    problems = Set.copyOf(problems);
  }

  /** The default: a tenth, and at most 1,000. */
  public static HoldOut usual(List<SeedProblem> seeds) {
    return of(seeds, Math.min(USUAL_MOST, Math.round(0.1 * seeds.size())));
  }

  /** A share of the problems, as far as families permit. */
  public static HoldOut share(List<SeedProblem> seeds, double share) {
    return of(seeds, Math.round(share * seeds.size()));
  }

  private static HoldOut of(List<SeedProblem> seeds, long wanted) {
    List<List<SeedProblem>> families =
        families(seeds).stream().sorted(Comparator.comparing(HoldOut::place)).toList();
    Map<String, SeedProblem> held = new LinkedHashMap<>();
    long taken = 0;
    for (List<SeedProblem> family : families) {
      if (taken + family.size() <= wanted) {
        taken += family.size();
        family.forEach(problem -> held.putIfAbsent(problem.id(), problem));
      }
    }
    return new HoldOut(
        held.values().stream()
            .filter(problem -> problem.answer().isPresent())
            .sorted(Comparator.comparing(SeedProblem::id))
            .toList(),
        held.keySet());
  }

  private static Collection<List<SeedProblem>> families(List<SeedProblem> problems) {
    int[] first = Families.of(problems.stream().map(SeedProblem::question).toList());
    Map<Integer, List<SeedProblem>> families = new LinkedHashMap<>();
    for (int i = 0; i < first.length; i++) {
      families.computeIfAbsent(first[i], unknown -> new ArrayList<>()).add(problems.get(i));
    }
    return families.values();
  }

  /** A place among all families that has nothing to do with the order of rows. */
  private static String place(Collection<SeedProblem> family) {
    return Ids.hash(
        "held-out "
            + family.stream().map(SeedProblem::id).min(Comparator.naturalOrder()).orElseThrow());
  }
}
