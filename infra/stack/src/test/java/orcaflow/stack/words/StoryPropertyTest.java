package orcaflow.stack.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

@Domain(Stories.class)
@Domain(DomainContext.Global.class)
class StoryPropertyTest {

  @Property
  void readsWhatItWrites(@ForAll Problem problem) {
    assertThat(EnglishReader.read(EnglishWriter.write(problem))).contains(problem);
  }

  @Property
  void solvesAsTheStoryGoes(@ForAll Problem problem) {
    long start = ((Amount.Known) problem.start()).value();
    BigDecimal total = Stories.simulate(start, problem.events());

    assertThat(Solver.solve(problem).map(s -> BigDecimal.valueOf(s.answer())))
        .isEqualTo(total.signum() < 0 ? Optional.empty() : Optional.of(total));
  }

  @Property
  void stepsAreTrueAndEndOnTheAnswer(@ForAll Problem problem) {
    Solver.solve(problem).ifPresent(StoryPropertyTest::checkSteps);
    for (AskMeAnything.Child child : AskMeAnything.children(problem)) {
      checkSteps(Solver.solve(child.problem()).orElseThrow());
    }
  }

  @Property
  void childrenAskForWhatTheStoryTells(@ForAll Problem problem) {
    List<AskMeAnything.Child> children = AskMeAnything.children(problem);
    Set<Problem> distinct = new HashSet<>();

    for (AskMeAnything.Child child : children) {
      assertThat(EnglishReader.read(EnglishWriter.write(child.problem())))
          .contains(child.problem());
      assertThat(child.problem().forward(child.answer())).isEqualTo(problem);
      assertThat(Solver.solve(child.problem()).map(Solution::answer)).contains(child.answer());
      assertThat(distinct.add(child.problem())).isTrue();
    }
  }

  @Property(tries = 50)
  void noOtherNumberAnswersAChild(@ForAll Problem problem) {
    for (AskMeAnything.Child child : AskMeAnything.children(problem)) {
      long total = ((Amount.Known) child.problem().total()).value();

      assertThat(
              LongStream.rangeClosed(0, 1_200)
                  .filter(n -> comesTo(child.problem().forward(n), total)))
          .containsExactly(child.answer());
    }
  }

  @Property
  void anEditAddsOneEventAtTheEnd(@ForAll Problem problem) {
    Optional<Problem> edit = Editor.edit(problem, Suggester.reply(problem).orElse(""));

    boolean possible = Solver.solve(problem).isPresent();
    boolean full = problem.events().size() == Problem.MAX_EVENTS;
    assertThat(edit.isPresent()).isEqualTo(possible && !full);
    edit.ifPresent(
        harder -> {
          assertThat(harder.start()).isEqualTo(problem.start());
          assertThat(harder.events()).hasSize(problem.events().size() + 1);
          assertThat(harder.events()).startsWith(problem.events().toArray(Event[]::new));
          assertThat(EnglishReader.read(EnglishWriter.write(harder))).contains(harder);
        });
  }

  private static boolean comesTo(Problem told, long total) {
    long start = ((Amount.Known) told.start()).value();
    return Stories.simulate(start, told.events()).equals(BigDecimal.valueOf(total));
  }

  private static void checkSteps(Solution solution) {
    for (Step step : solution.steps()) {
      long right = step.operator() == '/' ? step.result() * step.right() : step.left();
      long left =
          switch (step.operator()) {
            case '+' -> step.result() - step.right();
            case '-' -> step.result() + step.right();
            case '*' -> step.right() == 0 ? step.left() : step.result() / step.right();
            default -> step.left();
          };
      assertThat(left).as(step.calculation()).isEqualTo(right);
    }
    assertThat(solution.steps().get(solution.steps().size() - 1).result())
        .isEqualTo(solution.answer());
  }
}
