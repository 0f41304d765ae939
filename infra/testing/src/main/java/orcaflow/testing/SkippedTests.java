package orcaflow.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Prints at the end of a module's tests how many were skipped and, a line each, which and why. A
 * class whose set-up is skipped counts as one: JUnit does not get to its tests.
 */
public final class SkippedTests implements TestExecutionListener {

  private record Skipped(TestIdentifier test, String reason) {}

  private final List<Skipped> skipped = new CopyOnWriteArrayList<>();
  private final Consumer<String> out;

  /** Prints to standard output. */
  public SkippedTests() {
    this(System.out::println);
  }

  SkippedTests(Consumer<String> out) {
    this.out = out;
  }

  /** A test that is disabled. */
  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    skipped.add(new Skipped(test, reason));
  }

  /** A test, or the set-up of a class, whose assumption does not hold ends as aborted. */
  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (result.getStatus() == Status.ABORTED) {
      String reason = result.getThrowable().map(Throwable::getMessage).orElse("no reason given");
      skipped.add(new Skipped(test, reason.replaceFirst("^Assumption failed: ", "")));
    }
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    if (!skipped.isEmpty()) {
      out.accept("SKIPPED, NOT PASSED: " + skipped.size());
      skipped.stream()
          .map(one -> "  %s: %s".formatted(name(plan, one.test), one.reason))
          .sorted()
          .forEach(out);
    }
  }

  /** The display names from the class down to the test. */
  private static String name(TestPlan plan, TestIdentifier test) {
    String own = test.getDisplayName();
    return plan.getParent(test)
        .filter(parent -> parent.getParentIdObject().isPresent())
        .map(parent -> name(plan, parent) + " > " + own)
        .orElse(own);
  }
}
