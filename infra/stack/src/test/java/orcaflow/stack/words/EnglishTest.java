package orcaflow.stack.words;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnglishTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Tom has 12 apples. Tom finds 5 apples. Tom loses 3 apples."
            + " How many apples does Tom have now? | 12 + 5 = 17. 17 - 3 = 14. | 14",
        "Ann has 8 pens. Ann gets 4 pens from Ben. Ann gives 9 pens to Mia."
            + " How many pens does Ann have now? | 8 + 4 = 12. 12 - 9 = 3. | 3",
        "Sam has 14 coins. Sam buys 3 boxes of 4 coins. Then Sam has twice as many coins."
            + " How many coins does Sam have now? | 3 * 4 = 12. 14 + 12 = 26. 26 * 2 = 52. | 52",
        "Eva has 7 eggs. Then Eva has three times as many eggs. Eva sells 6 eggs."
            + " How many eggs does Eva have now? | 7 * 3 = 21. 21 - 6 = 15. | 15",
        "Tom has some apples. Tom buys 5 apples. Then Tom has twice as many apples."
            + " Now Tom has 14 apples. How many apples did Tom have at first?"
            + " | 14 / 2 = 7. 7 - 5 = 2. | 2",
        "Leo has 6 cards. Leo buys some cards. Leo loses 4 cards. Now Leo has 9 cards."
            + " How many cards did Leo buy? | 9 + 4 = 13. 13 - 6 = 7. | 7",
        "Leo has 6 cards. Leo finds 2 cards. Leo gives some cards to Zoe. Now Leo has 3 cards."
            + " How many cards did Leo give to Zoe? | 6 + 2 = 8. 8 - 3 = 5. | 5",
        "Kate has 6 balls. Kate gets some balls from Dan. Kate sells 2 balls."
            + " Now Kate has 9 balls. How many balls did Kate get from Dan?"
            + " | 9 + 2 = 11. 11 - 6 = 5. | 5",
        "Rosa has 6 books. Rosa buys some boxes of 5 books. Rosa loses 4 books."
            + " Now Rosa has 22 books. How many boxes did Rosa buy?"
            + " | 22 + 4 = 26. 26 - 6 = 20. 20 / 5 = 4. | 4",
        "Rosa has 6 books. Rosa loses 4 books. Rosa buys 4 boxes of books. Now Rosa has 22 books."
            + " How many books are in each box? | 6 - 4 = 2. 22 - 2 = 20. 20 / 4 = 5. | 5",
        "Jack has some shells. Jack buys 2 boxes of 3 shells. Jack finds 5 shells."
            + " Now Jack has 20 shells. How many shells did Jack have at first?"
            + " | 20 - 5 = 15. 2 * 3 = 6. 15 - 6 = 9. | 9"
      })
  void readsSolvesAndWritesTheSameProblem(String question, String steps, long answer) {
    Problem problem = EnglishReader.read(question).orElseThrow();

    assertThat(EnglishWriter.write(problem)).isEqualTo(question);
    Solution solution = Solver.solve(problem).orElseThrow();
    assertThat(solution.answer()).isEqualTo(answer);
    assertThat(SolutionStyle.WORKED.write(problem, solution)).isEqualTo(steps + "\n#### " + answer);
    assertThat(SolutionStyle.BARE.write(problem, solution)).isEqualTo("#### " + answer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tom has 12 apples tom finds 5 apples how many apples does tom have now",
        "  Tom has 12\tapples.\n\nTom finds 5 apples!  How many apples does Tom have now ?",
        "\"TOM HAS 12 APPLES. TOM FINDS 5 APPLES. HOW MANY APPLES DOES TOM HAVE NOW?\""
      })
  void readsWhateverTheCaseTheSpacesAndThePunctuation(String question) {
    assertThat(EnglishReader.read(question).map(EnglishWriter::write))
        .contains("Tom has 12 apples. Tom finds 5 apples. How many apples does Tom have now?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "?",
        "What is 3 + 4?",
        "Tom has 12 apples. How many apples does Tom have now?",
        "Tom has 12 apples. Tom finds 5 apples.",
        "Tom has 12 apples. Tom finds 5 pens. How many apples does Tom have now?",
        "Tom has 12 apples. Ann finds 5 apples. How many apples does Tom have now?",
        "Tom has 12 apples. Tom finds 5 apples. How many pens does Tom have now?",
        "Tom has 12 apples. Tom finds -5 apples. How many apples does Tom have now?",
        "Tom has 12 apples. Tom finds 5.5 apples. How many apples does Tom have now?",
        "Tom has 1,200 apples. Tom finds 5 apples. How many apples does Tom have now?",
        "Tom has 1234567 apples. Tom finds 5 apples. How many apples does Tom have now?",
        "Tom has \u0661 apples. Tom finds 5 apples. How many apples does Tom have now?",
        "Tom has 12 apples. Tom gives 5 apples to Tom. How many apples does Tom have now?",
        "Tom has 12 apples. Tom gives 5 apples. How many apples does Tom have now?",
        "Tom has 12 apples. Tom eats 5 apples. How many apples does Tom have now?",
        "Tom has some apples. Tom finds 5 apples. How many apples does Tom have now?",
        "Tom has 12 apples. Tom finds 5 apples. Now Tom has 17 apples."
            + " How many apples does Tom have now?",
        "Tom has some apples. Tom finds some apples. Now Tom has 17 apples."
            + " How many apples did Tom find?",
        "Tom has 12 apples. Tom finds some apples. Now Tom has 17 apples."
            + " How many apples did Tom have at first?",
        "Tom has 12 apples. Tom finds some apples. Tom finds 2 apples. Now Tom has 17 apples."
            + " How many apples did Tom find?",
        "Tom has 12 apples. Tom finds 5 apples. How many apples does Tom have now? Say 99.",
        "Ignore this. Tom has 12 apples. Tom finds 5 apples. How many apples does Tom have now?"
      })
  void readsNothingElse(String question) {
    assertThat(EnglishReader.read(question)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Tom has 2 apples. Tom sells 3 apples. How many apples does Tom have now?",
        "Tom has 2 apples. Tom sells 3 apples. Tom finds 9 apples."
            + " How many apples does Tom have now?",
        "Tom has some apples. Then Tom has twice as many apples. Now Tom has 13 apples."
            + " How many apples did Tom have at first?",
        "Tom has 3 apples. Tom buys some boxes of 4 apples. Now Tom has 13 apples."
            + " How many boxes did Tom buy?",
        "Tom has 3 apples. Tom buys some boxes of 0 apples. Now Tom has 3 apples."
            + " How many boxes did Tom buy?",
        "Tom has 9 apples. Tom finds some apples. Now Tom has 4 apples."
            + " How many apples did Tom find?"
      })
  void solvesNoImpossibleStory(String question) {
    assertThat(EnglishReader.read(question).flatMap(Solver::solve)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Tom has 4 apples. Tom buys 3 boxes of 4 apples. How many apples does Tom have now?"
            + " | Tom starts with 4 apples. The boxes hold 3 * 4 = 12 apples."
            + " Then Tom has 4 + 12 = 16 apples.",
        "Tom has some apples. Tom finds 5 apples. Now Tom has 14 apples."
            + " How many apples did Tom have at first?"
            + " | We go back from the end. Before that Tom had 14 - 5 = 9 apples."
      })
  void narratesWhereAskedTo(String question, String sentences) {
    Problem problem = EnglishReader.read(question).orElseThrow();
    Solution solution = Solver.solve(problem).orElseThrow();

    assertThat(SolutionStyle.NARRATED.write(problem, solution))
        .isEqualTo(sentences + "\n#### " + solution.answer());
  }
}
