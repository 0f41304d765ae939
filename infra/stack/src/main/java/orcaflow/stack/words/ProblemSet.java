package orcaflow.stack.words;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import orcaflow.schemas.Ids;
import orcaflow.schemas.recipe.ExpansionRule;

/** The problem sets of the house: seeds, the held-out benchmark, and what a run makes of seeds. */
public final class ProblemSet {

  /** A seed has exactly one event; each round of edits adds one. */
  public static final int SEED_EVENTS = 1;

  /** One line of a problem file; {@code solution} is left out where it is empty. */
  public record Row(
      String id,
      String source,
      String question,
      String answer,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) String solution) {}

  private ProblemSet() {}

  /** Seed problems, all different, none with a reserved skeleton. */
  public static List<Row> seeds(int count, long seed) {
    return rows(count, "orcaflow-seeds", seed, ProblemGenerator::seed, false);
  }

  /**
   * Held-out problems, all different, all with reserved skeletons: of twenty, three like seeds,
   * eight with two events, six with three, three in the form of Ask-Me-Anything.
   */
  public static List<Row> benchmark(int count, long seed) {
    return rows(count, "orcaflow-benchmark", seed, ProblemGenerator::heldOut, true);
  }

  /**
   * What a whole run makes of seed questions, in their order: each seed, its children where
   * Ask-Me-Anything works on it, its edits round by round; all solved by the teacher.
   */
  public static List<Row> expanded(
      List<String> questions, ExpansionRule expansion, Teacher teacher) {
    Set<String> ids = new HashSet<>();
    return questions.parallelStream()
        .map(question -> family(question, expansion, teacher))
        .toList()
        .stream()
        .flatMap(List::stream)
        .filter(row -> ids.add(row.id()))
        .toList();
  }

  private static List<Row> family(String question, ExpansionRule expansion, Teacher teacher) {
    Problem seed =
        EnglishReader.read(question)
            .orElseThrow(
                () -> new IllegalArgumentException("not a problem I can read: " + question));
    List<Row> family = new ArrayList<>();
    family.add(solved(seed, ExpansionRule.SEED, teacher));
    if (expansion.asksAboutSeed(Ids.problem(question))) {
      for (AskMeAnything.Child child : AskMeAnything.children(seed)) {
        family.add(solved(child.problem(), ExpansionRule.ASK_ME_ANYTHING, teacher));
      }
    }
    Optional<Problem> edit = Optional.of(seed);
    for (int round = 1; round <= expansion.rounds(); round++) {
      edit = edit.flatMap(p -> Editor.edit(p, Suggester.reply(p).orElse("")));
      String source = ExpansionRule.SUGGEST_AND_EDIT + "-" + round;
      edit.ifPresent(p -> family.add(solved(p, source, teacher)));
    }
    return family;
  }

  private static Row solved(Problem problem, String source, Teacher teacher) {
    String question = EnglishWriter.write(problem);
    return new Row(
        Ids.problem(question),
        source,
        question,
        Long.toString(answer(problem)),
        teacher.reply(problem, 0).orElseThrow());
  }

  /**
   * One of the seed problems of an author who never ends, without a reserved skeleton; now and then
   * one comes again. Each belongs to its number alone, so none before it has to be made.
   *
   * @param seed the same one draws the same problems
   * @param number from 1
   */
  public static Row author(long seed, long number) {
    String source = "orcaflow-author";
    ProblemGenerator generator =
        new ProblemGenerator(Seeded.random(source, "%d/%d".formatted(seed, number)));
    Problem problem = generator.seed();
    while (isReserved(problem)) {
      problem = generator.seed();
    }
    return row(source, number, problem);
  }

  private static List<Row> rows(
      int count,
      String source,
      long seed,
      Function<ProblemGenerator, Problem> draw,
      boolean reserved) {
    ProblemGenerator generator = new ProblemGenerator(Seeded.random(source, Long.toString(seed)));
    Set<String> ids = new HashSet<>();
    List<Row> rows = new ArrayList<>();
    while (rows.size() < count) {
      Problem problem = draw.apply(generator);
      if (isReserved(problem) == reserved && ids.add(Ids.problem(EnglishWriter.write(problem)))) {
        rows.add(row(source, rows.size() + 1, problem));
      }
    }
    return rows;
  }

  private static boolean isReserved(Problem problem) {
    return Skeleton.isReserved(Skeleton.of(problem, answer(problem)));
  }

  private static Row row(String source, long number, Problem problem) {
    return new Row(
        "%s-%05d".formatted(source, number),
        source,
        EnglishWriter.write(problem),
        Long.toString(answer(problem)),
        "");
  }

  static long answer(Problem problem) {
    return Solver.solve(problem).orElseThrow().answer();
  }
}
