package orcaflow.agents.edit;

import static org.assertj.core.api.Assertions.assertThat;

import orcaflow.agents.model.ParsedReply;
import org.junit.jupiter.api.Test;

class EditRepliesTest {

  @Test
  void readsNumberedSuggestionsAndNumbersThemAnew() {
    assertThat(EditReplies.suggestions("Sure:\n1. Add a sale.\n 3) Double it.\nBye").value())
        .contains("1. Add a sale.\n2. Double it.");
    assertThat(EditReplies.suggestions("I cannot:\n1. It has no numbers.").value()).isEmpty();
    assertThat(EditReplies.suggestions("Make it harder.").fault())
        .isEqualTo("the reply has no numbered suggestion");
  }

  @Test
  void readsTheProblemOnOneLine() {
    assertThat(EditReplies.problem("PROBLEM: Sam has 2 coins.\nHow many?").value())
        .contains("Sam has 2 coins. How many?");
    assertThat(EditReplies.problem("**PROBLEM:** Sam has 2.").value()).contains("Sam has 2.");
    assertThat(EditReplies.problem("Sam has 2.").fault())
        .isEqualTo("the reply has no line PROBLEM");
    assertThat(EditReplies.problem("PROBLEM: ").value()).isEmpty();
  }

  @Test
  void anObjectBecomesTheTextThatIsParsed() {
    assertThat(
            EditReplies.SUGGESTIONS_FORM
                .text("{\"suggestions\":[\"Add a sale.\",\"Double\\nit.\"],\"cannot\":\"\"}")
                .map(EditReplies::suggestions)
                .flatMap(ParsedReply::value))
        .contains("1. Add a sale.\n2. Double it.");
    assertThat(EditReplies.PROBLEM_FORM.text("{\"problem\":\"Sam has 2.\",\"cannot\":\"\"}"))
        .contains("PROBLEM: Sam has 2.");
    assertThat(EditReplies.PROBLEM_FORM.text("{\"problem\":\"\",\"cannot\":\"I cannot: no.\"}"))
        .contains("I cannot: no.");
    assertThat(EditReplies.PROBLEM_FORM.text("{\"other\":1}")).isEmpty();
  }
}
