package orcaflow.schemas.answer;

import com.fasterxml.jackson.databind.node.TextNode;
import orcaflow.schemas.answer.AnswerMatcher.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reader fails on a text. That is a defect of the reader, and no text may end a service: it is
 * logged with the text, and the answer is open.
 */
final class ReaderFailure {

  private static final Logger LOG = LoggerFactory.getLogger(ReaderFailure.class);

  private ReaderFailure() {}

  static Reading.Open of(String text, Throwable failure) {
    LOG.error("the reader of answers failed on {}", TextNode.valueOf(text), failure);
    return new Reading.Open(Reason.READER_FAILED);
  }
}
