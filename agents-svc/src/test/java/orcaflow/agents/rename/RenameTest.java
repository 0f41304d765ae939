package orcaflow.agents.rename;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import orcaflow.agents.Lab;
import orcaflow.agents.stage.Reply;
import orcaflow.events.Lineage;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.schemas.Ids;
import org.junit.jupiter.api.Test;

/** The worked example does its work, and the page shows it as it is. */
class RenameTest {

  private static final String QUESTION =
      "Sam has 2 coins. Sam finds 3 coins. How many does Sam have?";

  private final Rename rename = new Rename();

  @Test
  void proposesTheProblemAboutAnotherPerson() {
    Problem problem = Lab.problem(QUESTION);
    ProblemCandidate child = child(problem);

    assertThat(child.getQuestion())
        .isEqualTo("Ada has 2 coins. Ada finds 3 coins. How many does Ada have?");
    assertThat(child.getProblemId()).isEqualTo(Ids.problem(child.getQuestion()));
    assertThat(child.getLineage().getParent()).isEqualTo(problem.getId());
    assertThat(child(problem).getId()).isEqualTo(child.getId());
  }

  @Test
  void workIsOfferedForSeedsAlone() {
    Problem seed = Lab.problem(QUESTION);
    Lineage edited = Lineage.newBuilder(seed.getLineage()).setAgent("suggest-and-edit").build();

    assertThat(rename.wants(seed)).isTrue();
    assertThat(rename.wants(Problem.newBuilder(seed).setLineage(edited).build())).isFalse();
  }

  @Test
  void skipsWhatItCannotRename() {
    assertThat(rename.work(Lab.problem("Ann has 2 coins.")).result())
        .isEqualTo(new Reply.Skipped("no Sam"));
  }

  @Test
  void thePageShowsIt() throws IOException {
    Path root = Path.of(System.getProperty("orcaflow.root", ".."));
    String source =
        Files.readString(
            root.resolve("agents-svc/src/test/java/orcaflow/agents/rename/Rename.java"));
    String shown = source.substring(source.indexOf("public final class"));
    assertThat(Files.readString(root.resolve("docs/extend.md")))
        .contains("```java\n" + shown + "```");
  }

  private ProblemCandidate child(Problem problem) {
    Reply.Produced produced = (Reply.Produced) rename.work(problem).result();
    return (ProblemCandidate) produced.outputs().get(0).event();
  }
}
