package orcaflow.agents.ask;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orcaflow.agents.model.Reading;

/** Reads Ask-Me-Anything's reply: blocks of QUESTION and ANSWER. */
final class Variants {

  /** More quantities than this no word problem has; the rest of such a reply is not read. */
  static final int MOST = 16;

  private static final Pattern BLOCK =
      Pattern.compile(
          "^[ \\t*]*QUESTION[ \\t*]*:[ \\t*]*(.+?)^[ \\t*]*ANSWER[ \\t*]*:[ \\t*]*([^\\n]*)",
          Pattern.DOTALL | Pattern.MULTILINE);
  private static final Pattern HEADING =
      Pattern.compile("^[ \\t*]*QUESTION[ \\t*]*:", Pattern.MULTILINE);

  private Variants() {}

  /** A problem and the value that was hidden in it. */
  record Variant(String question, String answer) {}

  /** Blocks without a question or an answer are left out; one good block makes a usable reply. */
  static Reading<List<Variant>> read(String reply) {
    List<Variant> variants = new ArrayList<>();
    Matcher block = BLOCK.matcher(reply.replace("\r\n", "\n"));
    while (variants.size() < MOST && block.find()) {
      String question = lastQuestion(block.group(1)).replaceAll("\\s+", " ").strip();
      String answer = block.group(2).replaceAll("[*]+", "").strip();
      if (!question.isEmpty() && !answer.isEmpty()) {
        variants.add(new Variant(question, answer));
      }
    }
    return variants.isEmpty()
        ? Reading.unusable("the reply has no block of QUESTION and ANSWER")
        : Reading.of(List.copyOf(variants));
  }

  /** A block without ANSWER runs into the next; only the question next to the answer belongs. */
  private static String lastQuestion(String text) {
    String[] parts = HEADING.split(text);
    return parts[parts.length - 1];
  }
}
