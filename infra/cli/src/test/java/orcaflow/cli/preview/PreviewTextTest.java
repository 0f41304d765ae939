package orcaflow.cli.preview;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PreviewTextTest {

  private static final String CLEAR_SCREEN = "\u001b[2J\u202egnp.exe\rall is well";

  @Test
  void aReplyThatWouldCommandTheTerminalIsShownAsText() {
    String text = new PreviewText(report(CLEAR_SCREEN)).text();
    assertThat(text).contains("\\u001b[2J\\u202egnp.exe");
    assertThat(text.chars().filter(c -> c < ' ' && c != '\n').toArray()).isEmpty();
  }

  @Test
  void costIsOfAllSeedsAndOfEveryStage() {
    Spent spent = new Spent(report("4").candidates(), 2, 0.5);
    assertThat(spent.tokens()).containsExactly(110.0 + 0.5 * 20, 0.0);
    assertThat(spent.money()).containsExactly(0.25 + 0.5 * 0.25, 0.0);
  }

  @Test
  void aSystemMessageIsPrintedInFullOnce() {
    assertThat(new PreviewText(report("4")).text())
        .containsOnlyOnce("be brief")
        .contains("> [system] as above");
  }

  private static PreviewReport report(String reply) {
    return new PreviewReport(
        "short",
        "scripted",
        Optional.empty(),
        List.of(
            new PreviewReport.Candidate(
                1,
                "seed",
                0,
                "How much is 2 + 2?" + reply,
                Optional.of(reply),
                "admitted",
                Optional.empty(),
                List.of(
                    call("solve", reply, 110), call("judge", reply, 20), call("sample", reply, 7)),
                List.of(new PreviewReport.Rollout(reply, "MATCH", reply)),
                List.of(reply))),
        0,
        true,
        Projection.of(List.of(1.0, 1.0), 2),
        Projection.of(List.of(1.0, 1.0), 2));
  }

  private static PreviewReport.Call call(String stage, String reply, long tokens) {
    return new PreviewReport.Call(
        stage,
        Optional.empty(),
        0,
        List.of(
            new PreviewReport.Message("system", "be brief"),
            new PreviewReport.Message("user", reply)),
        List.of(new PreviewReport.Text("ENDED", reply, Optional.of(reply))),
        Optional.of(reply),
        tokens,
        0,
        false,
        0.25,
        reply);
  }
}
