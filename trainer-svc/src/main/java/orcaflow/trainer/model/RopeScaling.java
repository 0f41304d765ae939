package orcaflow.trainer.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * How rotary frequencies are stretched, so that a model reads longer texts than it first learnt on.
 * Frequencies are computed in float32, as transformers computes them.
 */
public sealed interface RopeScaling {

  /** No stretching. */
  RopeScaling NONE = new None();

  /** The frequencies as they are. */
  record None() implements RopeScaling {
    @Override
    public float frequency(float plain) {
      return plain;
    }

    @Override
    public void write(ObjectNode rope) {
      rope.put(TYPE, "default");
    }

    @Override
    public String toString() {
      return "NONE";
    }
  }

  /**
   * All frequencies divided by a factor: S. Chen et al., "Extending context window of large
   * language models via positional interpolation", arXiv 2306.15595.
   */
  record Linear(double factor) implements RopeScaling {
    public Linear {
      above(FACTOR, factor, 0);
    }

    @Override
    public float frequency(float plain) {
      return plain / (float) factor;
    }

    @Override
    public void write(ObjectNode rope) {
      rope.put(TYPE, "linear").put(FACTOR, factor);
    }
  }

  /**
   * That of Llama 3.1 and later (model card and reference code of Llama 3.1): waves longer than
   * {@code originalContext / low} positions are stretched by the factor, those shorter than {@code
   * originalContext / high} are not, and those between are a mean of both.
   *
   * @param low {@code low_freq_factor}
   * @param high {@code high_freq_factor}
   * @param originalContext {@code original_max_position_embeddings}
   */
  record Llama3(double factor, double low, double high, int originalContext)
      implements RopeScaling {
    public Llama3 {
      above(FACTOR, factor, 0);
      above(LOW, low, 0);
      above(HIGH, high, low);
      above(ORIGINAL, originalContext, 0);
    }

    @Override
    public float frequency(float plain) {
      float wave = (float) (2 * Math.PI) / plain;
      float stretched = plain / (float) factor;
      if (wave > (float) (originalContext / low)) {
        return stretched;
      }
      if (wave < (float) (originalContext / high)) {
        return plain;
      }
      float smooth = (originalContext / wave - (float) low) / (float) (high - low);
      return (1 - smooth) * plain / (float) factor + smooth * plain;
    }

    @Override
    public void write(ObjectNode rope) {
      rope.put(TYPE, "llama3")
          .put(FACTOR, factor)
          .put(LOW, low)
          .put(HIGH, high)
          .put(ORIGINAL, originalContext);
    }
  }

  String TYPE = "rope_type";
  String FACTOR = "factor";
  String LOW = "low_freq_factor";
  String HIGH = "high_freq_factor";
  String ORIGINAL = "original_max_position_embeddings";

  /** A frequency, in radians a position. */
  float frequency(float plain);

  /** Puts its keys into {@code rope_parameters} or {@code rope_scaling}. */
  void write(ObjectNode rope);

  /**
   * Reads {@code rope_parameters} or {@code rope_scaling}.
   *
   * @throws IllegalArgumentException naming key and value, if it is an unknown one
   */
  static RopeScaling of(JsonNode rope) {
    JsonNode type = rope.has(TYPE) ? rope.get(TYPE) : rope.path("type");
    // A factor without a word what it is for would be left out in silence.
    return switch (type.asText(rope.has(FACTOR) ? "" : "default")) {
      case "default" -> NONE;
      case "linear" -> new Linear(ConfigJson.number(rope, FACTOR));
      case "llama3" ->
          new Llama3(
              ConfigJson.number(rope, FACTOR),
              ConfigJson.number(rope, LOW),
              ConfigJson.number(rope, HIGH),
              (int) ConfigJson.number(rope, ORIGINAL));
      default -> throw ConfigJson.unfit(TYPE, type, "it can be default, linear or llama3");
    };
  }

  private static void above(String key, double value, double least) {
    if (!(value > least) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "%s is %s; it must be above %s".formatted(key, value, least));
    }
  }
}
