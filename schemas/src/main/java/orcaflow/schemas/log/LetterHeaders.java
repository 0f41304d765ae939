package orcaflow.schemas.log;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The headers of dead letters, and of the records that are redriven from them.
 *
 * <p>A dead letter has the cause in the headers of Kafka Streams (KIP-1034); one of the agents also
 * names the stage and the outcome that was stored with it. A redriven record is the original with
 * two headers more: how often it was redriven, and the outcomes that this takes back. So the stage
 * that failed works on it again, and every other reader meets an event that it knows.
 */
public final class LetterHeaders {

  public static final String EXCEPTION = "__streams.errors.exception";
  public static final String MESSAGE = "__streams.errors.message";
  public static final String TRACE = "__streams.errors.stacktrace";
  public static final String TOPIC = "__streams.errors.topic";
  public static final String PARTITION = "__streams.errors.partition";
  public static final String OFFSET = "__streams.errors.offset";

  /** Stage of the agents that put the record aside. */
  public static final String STAGE = "orcaflow.stage";

  /** Number of the delivery that failed, from 1. */
  public static final String ATTEMPTS = "orcaflow.attempts";

  /** Id of the outcome that was stored with the letter. */
  public static final String OUTCOME = "orcaflow.outcome";

  /** What a person needs to understand the cause: of a reply, status, type and body. */
  public static final String EVIDENCE = "orcaflow.evidence";

  /** How often a record was redriven, from 1. */
  public static final String REDRIVEN = "orcaflow.redriven";

  /** Id of an outcome that a redriven record takes back; one header for each. */
  public static final String TAKES_BACK = "orcaflow.takes-back";

  /** On a mark among the dead letters: offset of the letter of this partition that is redriven. */
  public static final String LETTER = "orcaflow.redriven-letter";

  /** What the original has not. */
  private static final Set<String> ADDED =
      Set.of(
          EXCEPTION,
          MESSAGE,
          TRACE,
          TOPIC,
          PARTITION,
          OFFSET,
          STAGE,
          ATTEMPTS,
          OUTCOME,
          EVIDENCE,
          REDRIVEN,
          TAKES_BACK);

  private LetterHeaders() {}

  /** Sets a header to a text, in place of those that have its name. */
  public static void set(Headers headers, String name, String value) {
    headers.remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /** The last header of the name, as text. */
  public static Optional<String> text(Headers headers, String name) {
    return Optional.ofNullable(headers.lastHeader(name))
        .map(Header::value)
        .map(value -> new String(value, StandardCharsets.UTF_8));
  }

  /** The last header of the name, as a number; empty if it is none. */
  public static Optional<Long> number(Headers headers, String name) {
    return text(headers, name).filter(text -> text.matches("\\d{1,18}")).map(Long::valueOf);
  }

  /**
   * Whether the record repeats an event that is in the topic already. Whoever reads a topic to
   * count or collect events passes over it.
   */
  public static boolean isRedriven(Headers headers) {
    return headers.lastHeader(REDRIVEN) != null;
  }

  /** The outcomes that the record takes back. */
  public static Set<String> takenBack(Headers headers) {
    Set<String> outcomes = new LinkedHashSet<>();
    headers
        .headers(TAKES_BACK)
        .forEach(header -> outcomes.add(new String(header.value(), StandardCharsets.UTF_8)));
    return outcomes;
  }

  /** How often the record of a letter was redriven before. */
  public static long timesRedriven(Headers headers) {
    return number(headers, REDRIVEN).orElse(0L);
  }

  /** Headers of the mark that a letter is redriven. */
  public static Headers mark(long letter) {
    Headers headers = new RecordHeaders();
    set(headers, LETTER, Long.toString(letter));
    return headers;
  }

  /** Headers of the record that is redriven from a letter. */
  public static Headers redriven(Headers letter) {
    Set<String> outcomes = takenBack(letter);
    text(letter, OUTCOME).ifPresent(outcomes::add);
    return redriven(letter, timesRedriven(letter) + 1, outcomes);
  }

  /**
   * Headers of the record that is redriven from several letters.
   *
   * @param letter one of them, which has the headers of the original
   * @param times how often the record is then redriven
   * @param outcomes what it takes back
   */
  public static Headers redriven(Headers letter, long times, Collection<String> outcomes) {
    Headers redriven = new RecordHeaders();
    for (Header header : letter) {
      if (!ADDED.contains(header.key())) {
        redriven.add(header);
      }
    }
    set(redriven, REDRIVEN, Long.toString(times));
    for (String outcome : outcomes) {
      redriven.add(TAKES_BACK, outcome.getBytes(StandardCharsets.UTF_8));
    }
    return redriven;
  }
}
