package orcaflow.agents.stage.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import orcaflow.agents.Lab;
import orcaflow.agents.stage.Stage;
import orcaflow.events.Problem;
import orcaflow.schemas.Ids;
import orcaflow.schemas.log.LetterHeaders;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class InputTest {

  private static final Stage<Problem> STAGE = StageLab.stage(StageLab::copied, StageLab.LIMITS);
  private static final Problem PROBLEM = Lab.problem("Sam has 3 coins. How many coins?");
  private static final IllegalStateException CAUSE = new IllegalStateException("broken");

  private long next;

  @Test
  void aRecordWithoutHeadersHasTheOutcomeOfItsEvent() {
    assertThat(input(new RecordHeaders()).outcomeId())
        .isEqualTo(Ids.outcome(StageLab.STAGE, PROBLEM.getId()));
  }

  @Test
  void eachRedriveOfTheSameEventHasAnOutcomeOfItsOwn() {
    Input<Problem> first = input(new RecordHeaders());
    Input<Problem> second = input(redriven(first));
    Input<Problem> third = input(redriven(second));
    assertThat(List.of(first.outcomeId(), second.outcomeId(), third.outcomeId()))
        .doesNotHaveDuplicates();
    assertThat(List.of(second.id(), third.id())).containsOnly(first.id());
  }

  @Test
  void twoCopiesOfOneRedriveHaveOneOutcome() {
    Headers headers = redriven(input(new RecordHeaders()));
    assertThat(input(headers).outcomeId()).isEqualTo(input(headers).outcomeId());
  }

  @Test
  void whatAnotherStageTakesBackIsNothingToThisOne() {
    Headers others =
        new RecordHeaders()
            .add(
                LetterHeaders.TAKES_BACK,
                Ids.outcome("solve", PROBLEM.getId()).getBytes(StandardCharsets.UTF_8));
    assertThat(input(others).outcomeId()).isEqualTo(input(new RecordHeaders()).outcomeId());
  }

  @Test
  void anUnreadableRecordThatCanBeReadLaterHasTheOutcomeOfItsEvent() {
    ConsumerRecord<byte[], byte[]> record = record(new RecordHeaders());
    Input<Problem> unreadable = Input.unreadable(STAGE, record, CAUSE);
    assertThat(input(redriven(unreadable)).outcomeId())
        .isEqualTo(Ids.outcome(StageLab.STAGE, PROBLEM.getId()));
  }

  private static Headers redriven(Input<Problem> dead) {
    return LetterHeaders.redriven(
        DeadLetter.of(dead, "run.problems.dlq", StageLab.STAGE, CAUSE).headers());
  }

  private Input<Problem> input(Headers headers) {
    return Input.of(STAGE, record(headers), PROBLEM);
  }

  private ConsumerRecord<byte[], byte[]> record(Headers headers) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>("run.problems", 0, next++, new byte[0], new byte[0]);
    headers.forEach(record.headers()::add);
    return record;
  }
}
