package orcaflow.trainer.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatRequestTest {

  @Test
  void takesTheLastUserMessageAndItsSettings() {
    ChatRequest request =
        parse(
            """
            {"model":"main-M1-5-abcdef01","n":4,"temperature":0.7,"top_p":0.95,"seed":7,
             "max_tokens":32,"stop":["##","."],"logprobs":true,"top_logprobs":3,"user":"someone","messages":[
              {"role":"system","content":"be good"},
              {"role":"user","content":"first"},
              {"role":"assistant","content":"?"},
              {"role":"user","content":[{"type":"text","text":"How "},{"type":"text","text":"many?"}]}]}
            """);

    assertThat(request)
        .isEqualTo(
            new ChatRequest(
                Optional.of("main-M1-5-abcdef01"),
                "How many?",
                4,
                0.7,
                0.95,
                OptionalLong.of(7),
                32,
                new StopStrings(List.of("##", ".", "\nUSER:")),
                OptionalInt.of(3),
                false,
                false));
  }

  @Test
  void hasTheDefaultsOfTheWire() {
    ChatRequest request =
        parse("{\"model\":\"latest\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}");

    assertThat(request)
        .isEqualTo(
            new ChatRequest(
                Optional.empty(),
                "q",
                1,
                1,
                1,
                OptionalLong.empty(),
                64,
                new StopStrings(List.of("\nUSER:")),
                OptionalInt.empty(),
                false,
                false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{                                | the body is not a JSON object",
        "{}                               | messages has no message with role 'user'",
        "{'messages':[{'role':'user'}]}   | messages[0].content is empty",
        "{M,'n':0}                        | n is 0: give 1 to 8",
        "{M,'n':'two'}                    | n is two: give a whole number",
        "{M,'max_tokens':65}              | max_tokens is 65: give 1 to 64",
        "{M,'temperature':-1}             | temperature is -1.0: give a number from 0.0 to 100.0",
        "{M,'top_p':0}                    | top_p is 0.0: give a number from above 0 to 1.0",
        "{M,'stop':''}                    | stop is '': give a text or a list of texts",
        "{M,'stop':['a',3]}               | stop is '3': give a text or a list of texts",
        "{M,'top_logprobs':3}             | top_logprobs needs logprobs to be true",
        "{M,'logprobs':true,'top_logprobs':21} | top_logprobs is 21: give 0 to 20",
        "{M,'stream':true}                | stream is true: completions come whole here, not streamed",
      })
  void refusesWithKeyAndValue(String body, String message) {
    String json =
        body.replace("M", "'messages':[{'role':'user','content':'q'}]").replace('\'', '"');

    assertThatThrownBy(() -> parse(json)).isInstanceOf(ApiError.class).hasMessage(message);
  }

  private static ChatRequest parse(String body) {
    return ChatRequest.parse(body, 8, 64);
  }
}
