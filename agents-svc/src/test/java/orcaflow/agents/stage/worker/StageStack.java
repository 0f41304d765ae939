package orcaflow.agents.stage.worker;

import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import orcaflow.service.Folders;
import orcaflow.stack.Stack;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A broker and a registry for all tests of a class, and a {@link StageLab} for each of them. */
final class StageStack
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

  private Path dir;
  private Stack stack;
  private Vertx vertx;
  private StageLab stages;

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    dir = Files.createTempDirectory("stages");
    stack = Stack.start(dir);
    vertx = Vertx.vertx();
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    stages = new StageLab(stack, vertx, context.getRequiredTestMethod().getName());
  }

  /** That of the test that runs now. */
  StageLab stages() {
    return stages;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    stages.close();
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().join();
    stack.close();
    Folders.delete(dir);
  }
}
