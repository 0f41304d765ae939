package orcaflow.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import orcaflow.events.GradedCompletion;
import orcaflow.events.VerdictValue;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/** The script {@code docs/notebook/run.py} asks for topics and fields that there are. */
class NotebookTest {

  private static final Pattern CALL = Pattern.compile("\\bevents\\((\"[^)]*)\\)");
  private static final Pattern WORD = Pattern.compile("\"([^\"]+)\"");

  @Test
  void everyTopicAndFieldIsInTheCatalogue() throws IOException {
    List<MatchResult> calls = CALL.matcher(script()).results().toList();
    assertThat(calls).hasSize(3);
    for (MatchResult call : calls) {
      List<String> words = WORD.matcher(call.group()).results().map(word -> word.group(1)).toList();
      Schema event = schema(words.get(0));
      assertThat(event.getFields())
          .extracting(Schema.Field::name)
          .containsAll(words.subList(1, words.size()));
    }
  }

  @Test
  void aRightRolloutIsOneThatMatches() throws IOException {
    assertThat(script()).contains("completion[\"verdict\"] == \"" + VerdictValue.MATCH + "\"");
    assertThat(GradedCompletion.getClassSchema().getField("verdict").schema())
        .isEqualTo(VerdictValue.getClassSchema());
  }

  private static Schema schema(String topic) {
    return Topics.all().stream()
        .filter(known -> known.name().equals(topic))
        .findAny()
        .orElseThrow(() -> new AssertionError("there is no topic " + topic))
        .schema();
  }

  private static String script() throws IOException {
    return Files.readString(Repository.file("docs/notebook/run.py"));
  }
}
