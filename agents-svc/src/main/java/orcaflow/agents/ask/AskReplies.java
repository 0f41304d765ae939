package orcaflow.agents.ask;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import orcaflow.agents.model.ParsedReply;
import orcaflow.agents.model.ReplyForm;

/** Parses Ask-Me-Anything's replies: blocks of QUESTION and ANSWER. */
final class AskReplies {

  /** Maximum blocks read; no word problem has more quantities. */
  static final int MAX_BLOCKS = 16;

  private static final Pattern BLOCK =
      Pattern.compile(
          "^[ \\t*]*QUESTION[ \\t*]*:[ \\t*]*(.+?)^[ \\t*]*ANSWER[ \\t*]*:[ \\t*]*([^\\n]*)",
          Pattern.DOTALL | Pattern.MULTILINE);
  private static final Pattern HEADING =
      Pattern.compile("^[ \\t*]*QUESTION[ \\t*]*:", Pattern.MULTILINE);

  /** The reply as an object. */
  static final ReplyForm FORM =
      ReplyForm.orCannot(
          "problems",
          "Each block is an item of 'problems': its 'question', and its 'answer', a number.",
          "problems",
          ReplyForm.array(
              ReplyForm.object(
                  Map.entry("question", ReplyForm.string()),
                  Map.entry("answer", ReplyForm.string()))),
          items ->
              StreamSupport.stream(items.spliterator(), false)
                  .map(
                      item ->
                          "QUESTION: %s\nANSWER: %s"
                              .formatted(
                                  ReplyForm.line(item, "question"), ReplyForm.line(item, "answer")))
                  .collect(Collectors.joining("\n\n")));

  private AskReplies() {}

  /** A problem and the hidden quantity, which is its answer. */
  record QuestionAnswer(String question, String answer) {}

  /** Leaves out blocks without question or answer; one good block makes a usable reply. */
  static ParsedReply<List<QuestionAnswer>> questions(String reply) {
    List<QuestionAnswer> questions = new ArrayList<>();
    Matcher block = BLOCK.matcher(reply.replace("\r\n", "\n"));
    while (questions.size() < MAX_BLOCKS && block.find()) {
      String question = lastQuestion(block.group(1)).replaceAll("\\s+", " ").strip();
      String answer = block.group(2).replaceAll("[*]+", "").strip();
      if (!question.isEmpty() && !answer.isEmpty()) {
        questions.add(new QuestionAnswer(question, answer));
      }
    }
    return questions.isEmpty()
        ? ParsedReply.unusable("the reply has no block of QUESTION and ANSWER")
        : ParsedReply.of(List.copyOf(questions));
  }

  /** A reply is usable if at least one block can be recovered. */
  static ParsedReply<List<QuestionAnswer>> questions(String reply, HiddenTarget target) {
    ParsedReply<List<QuestionAnswer>> parsed = questions(reply);
    List<String> faults =
        parsed.value().orElse(List.of()).stream()
            .map(block -> target.fault(block.question(), block.answer()))
            .flatMap(Optional::stream)
            .toList();
    return parsed.value().filter(blocks -> blocks.size() == faults.size()).isPresent()
        ? ParsedReply.unusable("no block can be used; in the first, " + faults.get(0))
        : parsed;
  }

  /** A block without ANSWER extends into the next one; only its last question has the answer. */
  private static String lastQuestion(String text) {
    String[] parts = HEADING.split(text);
    return parts[parts.length - 1];
  }
}
