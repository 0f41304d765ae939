package orcaflow.cli.command;

import java.io.FileNotFoundException;
import orcaflow.agents.AgentsPreflight;
import orcaflow.agents.seed.Seeding;
import orcaflow.cli.contamination.QuestionFile;
import orcaflow.cli.dataset.BadDataset;
import orcaflow.cli.lineage.UnknownId;
import orcaflow.cli.replay.BadReplay;
import orcaflow.cli.run.RunSettings;
import orcaflow.schemas.ConfigFile;

/** Failures as a person at the terminal sees them: one sentence, and an exit status. */
public final class Failure {

  /** What a command that was stopped says. */
  public static final String CONTINUES = "the same command continues from there";

  private Failure() {}

  /** Something the person gave cannot be used. */
  public static final class BadInput extends Exception {
    private static final long serialVersionUID = 1L;

    public BadInput(String message) {
      super(message);
    }

    public BadInput(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Whether what the person gave is to blame, rather than the work. */
  public static boolean isBadInput(Exception e) {
    return e instanceof BadInput
        || e instanceof BadDataset
        || e instanceof BadReplay
        || e instanceof UnknownId
        || e instanceof RunSettings.OtherRun
        || e instanceof ConfigFile.BadConfig
        || e instanceof Seeding.BadSeedFile
        || e instanceof QuestionFile.BadQuestionFile
        || e instanceof AgentsPreflight.Failed
        || e instanceof FileNotFoundException;
  }

  /** The message of the failure, or of the first cause that has one. */
  public static String sentence(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null
          && !(cause instanceof java.util.concurrent.ExecutionException)) {
        return cause.getMessage();
      }
    }
    return failure.toString();
  }
}
