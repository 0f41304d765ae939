package orcaflow.agents.seed;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A row in each form, around a question {@code Q%d?} and an answer given as JSON. */
final class FormSamples {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** By name; {@code ANSWER} stands for the answer as JSON, {@code TEXT} for its characters. */
  private static final Map<String, String> ROWS = new LinkedHashMap<>();

  static {
    ROWS.put("GSM8K", "{'question':'Q?','answer':'2+3=<<2+3=5>>5\\n#### TEXT'}");
    ROWS.put("MAWPS/DRAW-1K", "{'sQuestion':'Q?','lEquations':['X=2+3'],'lSolutions':[ANSWER]}");
    ROWS.put("ASDiv", "{'Body':'B.','Question':'Q?','Solution-Type':'Sum','Answer':ANSWER}");
    ROWS.put("SVAMP", "{'Body':'B.','Question':'Q?','Equation':'( 2.0 + 3.0 )','Answer':ANSWER}");
    ROWS.put(
        "MathQA",
        "{'Problem':'Q?','Rationale':'r','options':'a ) 4 , b ) TEXT , c ) 6','correct':'b'}");
    ROWS.put("Lila", "{'Input':'Q?','Output Program':['print(5)'],'Output Answer':[ANSWER]}");
    ROWS.put("NumGLUE", "{'type':'Type_1','question':'Q?','answer':ANSWER}");
    ROWS.put("Orca-Math-200K", "{'question':'Q?','answer':'2 + 3 = 5.\\nThe answer is TEXT.'}");
    ROWS.put("problem/solution", "{'problem':'Q?','solution':'2 + 3','answer':ANSWER}");
    ROWS.put(
        "chat messages",
        "{'messages':[{'role':'user','content':'Q?'},"
            + "{'role':'assistant','content':'2 + 3 = 5. The answer is TEXT.'}]}");
    ROWS.put("question/answer", "{'question':'Q?','answer':ANSWER}");
  }

  private FormSamples() {}

  static List<String> forms() {
    return List.copyOf(ROWS.keySet());
  }

  /**
   * A row of a form.
   *
   * @param json the answer: {@code 5}, {@code "proof"}, {@code null}
   */
  static String row(String form, String json) {
    return ROWS.get(form)
        .replace('\'', '"')
        .replace("ANSWER", json)
        .replace("TEXT", characters(json));
  }

  /** The same with a solution beside the answer, where the form has a place for one. */
  static String worked(String form, UnaryOperator<String> solution) {
    String row = row(form, "5");
    return switch (form) {
      case "problem/solution" -> row.replace("\"2 + 3\"", "\"" + solution.apply("2 + 3") + "\"");
      case "question/answer" ->
          row.replace("}", ",\"solution\":\"" + solution.apply("2 + 3") + "\"}");
      case "MathQA" -> row.replace("\"r\"", "\"" + solution.apply("r") + "\"");
      default -> row;
    };
  }

  static boolean hasSolutionBesideTheAnswer(String form) {
    return List.of("problem/solution", "question/answer", "MathQA").contains(form);
  }

  private static String characters(String json) {
    try {
      String text = JSON.readTree(json).asText();
      return json.startsWith("\"") ? JSON.writeValueAsString(text).replaceAll("^\"|\"$", "") : json;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
