package orcaflow.agents.edit;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import orcaflow.agents.model.Reading;

/** Reads Suggester's and Editor's replies. */
final class EditReplies {

  private static final Pattern SUGGESTION =
      Pattern.compile("(?m)^[ \\t*]*\\d{1,2}[.)][ \\t*]*(\\S[^\\n]*)");
  private static final Pattern PROBLEM =
      Pattern.compile("^[ \\t*]*PROBLEM[ \\t*]*:[ \\t*]*(.*)", Pattern.DOTALL | Pattern.MULTILINE);
  private static final int MOST = 5;

  private EditReplies() {}

  /** The numbered lines, numbered anew. */
  static Reading<String> suggestions(String reply) {
    List<String> lines =
        SUGGESTION
            .matcher(reply)
            .results()
            .limit(MOST)
            .map(MatchResult::group)
            .map(line -> SUGGESTION.matcher(line).replaceAll("$1").strip())
            .toList();
    return lines.isEmpty()
        ? Reading.unusable("the reply has no numbered suggestion")
        : Reading.of(
            IntStream.range(0, lines.size())
                .mapToObj(i -> (i + 1) + ". " + lines.get(i))
                .collect(Collectors.joining("\n")));
  }

  /** The text behind PROBLEM, on one line. */
  static Reading<String> problem(String reply) {
    Matcher problem = PROBLEM.matcher(reply);
    String text =
        problem.find()
            ? problem.group(1).replaceAll("\\*\\*", "").replaceAll("\\s+", " ").strip()
            : "";
    return text.isEmpty() ? Reading.unusable("the reply has no line PROBLEM") : Reading.of(text);
  }
}
