package orcaflow.agents.seed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import orcaflow.testing.Await;
import org.junit.jupiter.api.Test;

class StreamedRowsTest {

  private final List<String> said = new CopyOnWriteArrayList<>();
  private Optional<SeedRows.Line> row = Optional.empty();

  @Test
  void aRowIsThereAsSoonAsItsLineIsAndNobodyWaitsForTheNextOne() throws IOException {
    try (PipedOutputStream writer = new PipedOutputStream();
        StreamedRows rows =
            new StreamedRows("standard input", new PipedInputStream(writer), said::add)) {
      assertThat(rows.next()).isEmpty();
      for (int i = 1; i <= 3; i++) {
        writer.write("{\"question\": \"%d?\"}\n".formatted(i).getBytes(StandardCharsets.UTF_8));
        writer.flush();
        Await.until("the row is there", Await.LIMIT, () -> (row = rows.next()).isPresent());
        assertThat(row.get())
            .isEqualTo(new SeedRows.Line(i, "{\"question\": \"%d?\"}".formatted(i)));
        assertThat(rows.next()).isEmpty();
      }
      assertThat(said).isEmpty();
      writer.close();
      Await.until("its end is said", Await.LIMIT, () -> !said.isEmpty());
      assertThat(said).containsExactly("standard input has ended after 3 rows");
    }
  }

  @Test
  void aStreamThatIsLongerThanWhatIsReadAheadIsReadWhole() {
    String text = "{\"question\": \"?\"}\n".repeat(5_000);
    try (StreamedRows rows =
        new StreamedRows(
            "standard input",
            new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
            said::add)) {
      for (int i = 1; i <= 5_000; i++) {
        Await.until("the row is there", Await.LIMIT, () -> (row = rows.next()).isPresent());
        assertThat(row.get().number()).isEqualTo(i);
      }
    }
  }
}
