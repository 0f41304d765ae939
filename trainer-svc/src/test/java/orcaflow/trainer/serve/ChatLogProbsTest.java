package orcaflow.trainer.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import orcaflow.trainer.generate.CompletionOutput;
import org.junit.jupiter.api.Test;

class ChatLogProbsTest {

  private static final List<String> PIECES = List.of("Two", " and", " é", "");

  @Test
  void aTokensTextIsWhatItAddsAndEndOfTextAddsNothing() {
    CompletionOutput.Token first = token(0, -0.5);
    CompletionOutput.Token second =
        new CompletionOutput.Token(
            2, -1.25, new int[] {1, 2}, new double[] {-0.75, Double.NEGATIVE_INFINITY});
    CompletionOutput.Token end = token(3, -0.125);

    JsonObject json = new ChatLogProbs(List.of(first, second, end), ChatLogProbsTest::text).json();

    assertThat(json)
        .isEqualTo(
            new JsonObject(
                """
                {"content":[
                  {"token":"Two","logprob":-0.5,"bytes":[84,119,111],"top_logprobs":[]},
                  {"token":" é","logprob":-1.25,"bytes":[32,195,169],"top_logprobs":[
                    {"token":" and","logprob":-0.75,"bytes":[32,97,110,100]},
                    {"token":" é","logprob":-9999.0,"bytes":[32,195,169]}]},
                  {"token":"","logprob":-0.125,"bytes":[],"top_logprobs":[]}],
                 "refusal":null}
                """));
  }

  private static CompletionOutput.Token token(int id, double logProb) {
    return new CompletionOutput.Token(id, logProb, new int[0], new double[0]);
  }

  private static String text(int[] ids) {
    return Arrays.stream(ids).mapToObj(PIECES::get).collect(Collectors.joining());
  }
}
