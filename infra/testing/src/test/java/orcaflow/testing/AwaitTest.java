package orcaflow.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {

  @Test
  void returnsWhenTheFactHolds() {
    AtomicInteger looks = new AtomicInteger();
    Await.until("the fourth look", Duration.ofSeconds(60), () -> looks.incrementAndGet() == 4);
    assertEquals(4, looks.get());
  }

  @Test
  void namesTheFactThatDoesNotHoldInTime() {
    AssertionError late =
        assertThrows(
            AssertionError.class, () -> Await.until("never", Duration.ofMillis(30), () -> false));
    assertEquals("within PT0.03S not so: never", late.getMessage());
  }
}
