package orcaflow.stack.words;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * Variants of a problem, each with an exact answer: what a student that has learnt the arithmetic
 * answers as well as the original. Names and numbers as in GSM-Symbolic (Mirzadeh et al. 2024,
 * arXiv 2410.05229), the order of premises as in Chen et al. 2024 (arXiv 2402.08939), a sentence
 * that does not matter as in GSM-IC (Shi et al. 2023, arXiv 2302.00093).
 *
 * <p>A variant keeps to the part of the arithmetic that is reserved for benchmarks, as its original
 * does: no expansion of the seeds reaches it.
 */
public final class ProblemVariants {

  /** Draws until one fits. */
  private static final int MOST_DRAWS = 200;

  private ProblemVariants() {}

  /** What is changed. */
  public enum Kind {
    /** Other people; the answer stays. */
    NAMES(ProblemVariants::names),
    /** Other numbers, and so another answer. */
    NUMBERS(ProblemVariants::numbers),
    /** Two sentences change places where their order does not matter; the answer stays. */
    ORDER(ProblemVariants::order),
    /** A sentence about somebody else's things; the answer stays. */
    DISTRACTOR(ProblemVariants::distractor);

    private final BiFunction<Problem, Random, Optional<Variant>> change;

    Kind(BiFunction<Problem, Random, Optional<Variant>> change) {
      this.change = change;
    }
  }

  /** A problem and its answer. */
  public record Variant(String question, String answer) {}

  /**
   * The variant of a question; the same question has the same one.
   *
   * @return nothing if the question is not of the English of this package, or cannot be changed so
   */
  public static Optional<Variant> of(Kind kind, String question) {
    return EnglishReader.read(question)
        .filter(problem -> Solver.solve(problem).isPresent())
        .flatMap(problem -> kind.change.apply(problem, Seeded.random("variant " + kind, problem)));
  }

  private static Optional<Variant> names(Problem problem, Random random) {
    List<String> others = others(problem);
    Collections.shuffle(others, random);
    Map<String, String> renamed =
        people(problem).stream()
            .collect(Collectors.toMap(name -> name, name -> others.remove(others.size() - 1)));
    List<Event> events = problem.events().stream().map(event -> renamed(event, renamed)).toList();
    return solved(
        new Problem(
            renamed.get(problem.owner()),
            problem.thing(),
            problem.start(),
            events,
            problem.total()));
  }

  /** Those who are not in the problem. */
  private static List<String> others(Problem problem) {
    List<String> others = new ArrayList<>(Lexicon.NAMES);
    others.removeAll(people(problem));
    return others;
  }

  private static List<String> people(Problem problem) {
    List<String> people = new ArrayList<>(List.of(problem.owner()));
    for (Event event : problem.events()) {
      if (event instanceof Event.Change change) {
        change.partner().filter(name -> !people.contains(name)).ifPresent(people::add);
      }
    }
    return people;
  }

  private static Event renamed(Event event, Map<String, String> names) {
    return event instanceof Event.Change change
        ? new Event.Change(change.verb(), change.amount(), change.partner().map(names::get))
        : event;
  }

  /** Numbers as the generator draws them, hidden where the original hides one. */
  private static Optional<Variant> numbers(Problem problem, Random random) {
    long answer = ProblemSet.answer(problem);
    Problem story = problem.forward(answer);
    int numbers = story.amounts().size() - 1;
    for (int draw = 0; draw < MOST_DRAWS; draw++) {
      List<Amount> amounts = new ArrayList<>();
      amounts.add(Amount.of(ProblemGenerator.start(random)));
      for (int i = 1; i < numbers; i++) {
        amounts.add(Seeded.pick(random, NextEvent.NUMBERS));
      }
      amounts.add(Amount.UNKNOWN);
      Problem drawn = story.with(amounts);
      Optional<Problem> asked = staysSmall(drawn).map(total -> hidden(problem, drawn, total));
      Optional<Variant> variant = asked.flatMap(ProblemVariants::reserved);
      if (variant.isPresent() && !variant.get().answer().equals(Long.toString(answer))) {
        return variant;
      }
    }
    return Optional.empty();
  }

  private static Problem hidden(Problem original, Problem story, long total) {
    return original.isForward() ? story : story.hiding(original.unknown(), total);
  }

  /** The total, if there are 2 to the largest total of the generator after each event. */
  private static Optional<Long> staysSmall(Problem story) {
    long has = ((Amount.Known) story.start()).value();
    for (Event event : story.events()) {
      if (!NextEvent.fits(has, event, NextEvent.LARGEST_TOTAL)) {
        return Optional.empty();
      }
      has = Solver.tell(has, List.of(event)).orElseThrow();
    }
    return Optional.of(has);
  }

  private static Optional<Variant> order(Problem problem, Random random) {
    List<int[]> pairs = new ArrayList<>();
    for (int later = 1; later < problem.events().size(); later++) {
      for (int earlier = 0; earlier < later; earlier++) {
        pairs.add(new int[] {earlier, later});
      }
    }
    Collections.shuffle(pairs, random);
    return pairs.stream()
        .map(pair -> swapped(problem, pair[0], pair[1]))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** With two events in each other's place, if the answer is the same and the story possible. */
  private static Optional<Variant> swapped(Problem problem, int earlier, int later) {
    List<Event> events = new ArrayList<>(problem.events());
    Collections.swap(events, earlier, later);
    if (events.equals(problem.events())) {
      return Optional.empty();
    }
    Problem other =
        new Problem(problem.owner(), problem.thing(), problem.start(), events, problem.total());
    return reserved(other)
        .filter(variant -> variant.answer().equals(Long.toString(ProblemSet.answer(problem))));
  }

  private static Optional<Variant> distractor(Problem problem, Random random) {
    List<String> others = others(problem);
    List<String> things = new ArrayList<>(Lexicon.THINGS);
    things.remove(problem.thing());
    String sentence =
        "%s has %d %s."
            .formatted(
                Seeded.pick(random, others),
                ProblemGenerator.start(random),
                Seeded.pick(random, things));
    List<String> sentences =
        new ArrayList<>(Arrays.asList(EnglishWriter.write(problem).split("(?<=\\.) ")));
    sentences.add(1 + random.nextInt(sentences.size() - 1), sentence);
    return Optional.of(
        new Variant(String.join(" ", sentences), Long.toString(ProblemSet.answer(problem))));
  }

  private static Optional<Variant> reserved(Problem problem) {
    return Optional.of(problem)
        .filter(Problem::asksClearly)
        .flatMap(Solver::solve)
        .filter(solution -> Skeleton.isReserved(Skeleton.of(problem, solution.answer())))
        .map(solution -> variant(problem, solution.answer()));
  }

  private static Optional<Variant> solved(Problem problem) {
    return Solver.solve(problem).map(solution -> variant(problem, solution.answer()));
  }

  private static Variant variant(Problem problem, long answer) {
    return new Variant(EnglishWriter.write(problem), Long.toString(answer));
  }
}
