package orcaflow.agents.model;

import static orcaflow.schemas.ConfigFile.require;

import java.util.Map;

/**
 * What an endpoint charges, in any one currency.
 *
 * @param all price of the models that have none of their own
 * @param byModel prices by the name that is requested
 */
public record PriceList(Price all, Map<String, Price> byModel) {

  public static final PriceList FREE = new PriceList(new Price(0, 0, 0), Map.of());

  public PriceList {
    byModel = Map.copyOf(byModel);
  }

  /** One price for all models, cached tokens like others. */
  public static PriceList of(double prompt, double completion) {
    return new PriceList(new Price(prompt, prompt, completion), Map.of());
  }

  /**
   * Prices of 10^6 tokens.
   *
   * @param cached of prompt tokens that the endpoint had in its cache
   */
  public record Price(double prompt, double cached, double completion) {
    public Price {
      require(prompt >= 0, "perMillionPromptTokens", prompt, "0 or more");
      require(cached >= 0, "perMillionCachedTokens", cached, "0 or more");
      require(completion >= 0, "perMillionCompletionTokens", completion, "0 or more");
    }
  }

  /** Cost of a call, in the currency of the prices. */
  public double cost(String model, ModelResponse.Usage usage) {
    Price price = byModel.getOrDefault(model, all);
    return ((usage.promptTokens() - usage.cachedTokens()) * price.prompt()
            + usage.cachedTokens() * price.cached()
            + usage.completionTokens() * price.completion())
        / 1e6;
  }
}
