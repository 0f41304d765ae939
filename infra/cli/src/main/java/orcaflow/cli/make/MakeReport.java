package orcaflow.cli.make;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.util.List;

/**
 * How the making ended.
 *
 * @param wanted problems that were to be accepted
 * @param outcome exact, out-of-money or out-of-reach
 * @param why in a sentence
 * @param decided problems that were decided in the order of ranks
 * @param seeds seeds that were let in
 * @param made problems that were admitted
 * @param money in the currency of the prices, to six places
 * @param out file of the accepted problems
 */
public record MakeReport(
    String where,
    long wanted,
    long accepted,
    String outcome,
    String why,
    long decided,
    long seeds,
    long made,
    double money,
    long tokens,
    String out) {

  public static final String EXACT = "exact";
  public static final String OUT_OF_MONEY = "out-of-money";
  public static final String OUT_OF_REACH = "out-of-reach";

  private static final JsonMapper ROWS =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.ALWAYS, JsonInclude.Include.ALWAYS))
          .build();

  /** Whether exactly as many were accepted as were wanted. */
  public boolean exact() {
    return outcome.equals(EXACT);
  }

  /** The accepted problems, a JSON object a line, in the order of ranks. */
  static String lines(List<AcceptedProblem> accepted) {
    StringBuilder lines = new StringBuilder();
    for (AcceptedProblem each : accepted) {
      try {
        lines.append(ROWS.writeValueAsString(each)).append('\n');
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("a row is always JSON", e);
      }
    }
    return lines.toString();
  }

  /** In a few lines. */
  public String text() {
    return """
        %,d of %,d accepted: %s
        %,d problems made from %,d seeds, %,d of them decided; %,d tokens, %.4f in money
        %s"""
        .formatted(accepted, wanted, why, made, seeds, decided, tokens, money, out);
  }
}
