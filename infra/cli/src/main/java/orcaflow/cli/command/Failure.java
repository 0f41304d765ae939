package orcaflow.cli.command;

import java.io.FileNotFoundException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
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
        || e instanceof FileNotFoundException
        || e instanceof FileAlreadyExistsException
        || e instanceof NoSuchFileException
        || e instanceof AccessDeniedException
        || e instanceof NotDirectoryException;
  }

  /** The message of the failure, or of the first cause that has one. */
  public static String sentence(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null
          && !(cause instanceof java.util.concurrent.ExecutionException)) {
        return cause instanceof FileSystemException file ? sentence(file) : cause.getMessage();
      }
    }
    return failure.toString();
  }

  /** The message of these is the path alone. */
  private static String sentence(FileSystemException failure) {
    if (failure instanceof FileAlreadyExistsException) {
      return failure.getFile() + ": is there already, and is no folder";
    }
    if (failure instanceof NotDirectoryException) {
      return failure.getFile() + ": is a file, and no folder";
    }
    if (failure instanceof NoSuchFileException) {
      return failure.getFile() + ": there is no such file";
    }
    if (failure instanceof AccessDeniedException) {
      return failure.getFile() + ": access is denied";
    }
    return failure.getMessage();
  }
}
