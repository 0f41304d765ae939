package orcaflow.agents.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SuspectRequestsTest {

  private long now = 5;
  private final SuspectRequests suspects = new SuspectRequests(() -> now);

  @Test
  void anEndpointThatIsIllForHalfAMinuteCondemnsNoRequest() {
    for (int i = 0; i < 20; i++) {
      suspects.failed("a");
    }
    suspects.succeeded("b");
    now += Duration.ofSeconds(29).toNanos();
    assertThat(suspects.finding("a")).isEqualTo(SuspectRequests.Finding.ASK_AGAIN);
  }

  @Test
  void aRequestThatFailsWhileOthersAreAnsweredIsAtFault() {
    fail("a", SuspectRequests.FAILURES);
    suspects.succeeded("b");
    assertThat(suspects.finding("a")).isEqualTo(SuspectRequests.Finding.AT_FAULT);
    assertThat(suspects.failures("a")).isEqualTo(SuspectRequests.FAILURES);
    suspects.forget("a");
    assertThat(suspects.finding("a")).isEqualTo(SuspectRequests.Finding.ASK_AGAIN);
  }

  @Test
  void withoutOthersAnotherQuestionDecides() {
    suspects.succeeded("before");
    fail("a", SuspectRequests.FAILURES);
    assertThat(suspects.finding("a")).isEqualTo(SuspectRequests.Finding.TRY_ANOTHER);
  }

  @Test
  void fewFailuresSayNothing() {
    fail("a", SuspectRequests.FAILURES - 1);
    suspects.succeeded("b");
    assertThat(suspects.finding("a")).isEqualTo(SuspectRequests.Finding.ASK_AGAIN);
  }

  private void fail(String request, int times) {
    for (int i = 0; i < times; i++) {
      suspects.failed(request);
      now += SuspectRequests.AT_LEAST.toNanos();
    }
  }
}
