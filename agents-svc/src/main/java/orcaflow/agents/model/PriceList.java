package orcaflow.agents.model;

import static orcaflow.schemas.ConfigFile.require;

import java.util.Map;
import java.util.Optional;

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
   * @param tiers prices of service tiers that cost something else, by their names
   */
  public record Price(double prompt, double cached, double completion, Map<String, Price> tiers) {

    private static final String BATCH = "batch";
    private static final String FLEX = "flex";

    public Price {
      tiers = Map.copyOf(tiers);
      require(prompt >= 0, "perMillionPromptTokens", prompt, "0 or more");
      require(cached >= 0, "perMillionCachedTokens", cached, "0 or more");
      require(completion >= 0, "perMillionCompletionTokens", completion, "0 or more");
    }

    /** The same in each service tier. */
    public Price(double prompt, double cached, double completion) {
      this(prompt, cached, completion, Map.of());
    }

    /** The price in a tier. Providers sell flex at their batch prices, so one stands for both. */
    Price in(String tier) {
      String like = tier.equals(FLEX) ? BATCH : tier.equals(BATCH) ? FLEX : tier;
      return Optional.ofNullable(tiers.get(tier))
          .or(() -> Optional.ofNullable(tiers.get(like)))
          .orElse(this);
    }
  }

  /** Cost of a call, in the currency of the prices, in the service tier that the reply names. */
  public double cost(String model, ModelResponse.Usage usage) {
    Price plain = byModel.getOrDefault(model, all);
    Price price = usage.tier().map(plain::in).orElse(plain);
    return ((usage.promptTokens() - usage.cachedTokens()) * price.prompt()
            + usage.cachedTokens() * price.cached()
            + usage.completionTokens() * price.completion())
        / 1e6;
  }
}
