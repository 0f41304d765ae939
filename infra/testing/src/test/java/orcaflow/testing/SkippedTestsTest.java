package orcaflow.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

class SkippedTestsTest {

  static class Some {

    @Test
    void runs() {}

    @ParameterizedTest
    @ValueSource(strings = {"there", "away"})
    void needsAFile(String file) {
      assumeTrue(file.equals("there"), file + " is not there");
    }

    @Test
    @Disabled("not yet")
    void isDisabled() {}
  }

  static class SetUp {

    @BeforeAll
    static void read() {
      assumeTrue(false, "no data");
    }

    @Test
    void one() {}

    @Test
    void two() {}
  }

  static class Whole {

    @Test
    void runs() {}
  }

  @Test
  void eachSkippedTestHasALineWithItsReason() {
    assertThat(lines(Some.class))
        .containsExactly(
            "SKIPPED, NOT PASSED: 2",
            "  SkippedTestsTest$Some > isDisabled(): not yet",
            "  SkippedTestsTest$Some > needsAFile(String) > [2] file=away: away is not there");
  }

  @Test
  void aClassThatCannotBeSetUpCountsAsOne() {
    assertThat(lines(SetUp.class))
        .containsExactly("SKIPPED, NOT PASSED: 1", "  SkippedTestsTest$SetUp: no data");
  }

  @Test
  void nothingIsPrintedWhereEveryTestRan() {
    assertThat(lines(Whole.class)).isEmpty();
  }

  private static List<String> lines(Class<?> tests) {
    LauncherConfig alone =
        LauncherConfig.builder().enableTestExecutionListenerAutoRegistration(false).build();
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request().selectors(selectClass(tests)).build();
    List<String> lines = new ArrayList<>();
    LauncherFactory.create(alone).execute(request, new SkippedTests(lines::add));
    return lines;
  }
}
