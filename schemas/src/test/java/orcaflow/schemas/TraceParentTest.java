package orcaflow.schemas;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";

  /** The example of the standard, section 3.2.4. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
        "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-comes-later"
      })
  void readsWhatTheStandardAllows(String text) {
    assertThat(TraceParent.in(header(text))).contains(new TraceParent(TRACE, SPAN));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
        "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01",
        "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.more",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333\u0000-01"
      })
  void anythingElseIsNothing(String text) {
    assertThat(TraceParent.in(header(text))).isEmpty();
  }

  @Test
  void aLongTextAndNoTextAreNothing() {
    String valid = "cc-" + TRACE + "-" + SPAN + "-01-";
    assertThat(TraceParent.in(header(valid + "x".repeat(1 << 20)))).isEmpty();
    assertThat(TraceParent.in(new RecordHeaders())).isEmpty();
    assertThat(TraceParent.in(new RecordHeaders().add(TraceParent.HEADER, null))).isEmpty();
  }

  @Test
  void writesWhatItReads() {
    Headers headers = header("nonsense").add(TraceParent.HEADER, new byte[3]);
    new TraceParent(TRACE, SPAN).set(headers);
    assertThat(headers.headers(TraceParent.HEADER))
        .singleElement()
        .satisfies(
            header ->
                assertThat(new String(header.value(), ISO_8859_1))
                    .isEqualTo("00-" + TRACE + "-" + SPAN + "-01"));
    assertThat(TraceParent.in(headers)).contains(new TraceParent(TRACE, SPAN));
  }

  /** A producer closes the headers of a record that it has sent; the record may be sent again. */
  @Test
  void aHeaderThatIsThereIsNotWrittenAgain() {
    RecordHeaders headers = new RecordHeaders();
    new TraceParent(TRACE, SPAN).set(headers);
    headers.setReadOnly();
    new TraceParent(TRACE, SPAN).set(headers);
    assertThat(headers).hasSize(1);
  }

  @Test
  void idsOfAnotherFormAreRefused() {
    assertThatThrownBy(() -> new TraceParent("0af7", SPAN))
        .hasMessage("trace id '0af7', span id '%s': give 32 and 16 hex digits".formatted(SPAN));
    assertThatThrownBy(() -> new TraceParent(TRACE, "0".repeat(16)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Headers header(String text) {
    return new RecordHeaders().add(TraceParent.HEADER, text.getBytes(ISO_8859_1));
  }
}
