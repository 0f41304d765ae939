package orcaflow.agents.stage.worker;

import io.vertx.core.Vertx;
import orcaflow.stack.SharedStack;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The shared broker and registry, and a {@link StageLab} for each test of a class. */
final class StageStack
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

  private Vertx vertx;
  private StageLab stages;

  @Override
  public void beforeAll(ExtensionContext context) {
    vertx = Vertx.vertx();
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    stages = new StageLab(SharedStack.get(), vertx, context.getRequiredTestMethod().getName());
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
  public void afterAll(ExtensionContext context) {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
