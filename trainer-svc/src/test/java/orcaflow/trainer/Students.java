package orcaflow.trainer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import orcaflow.schemas.recipe.KtoWeights;
import orcaflow.schemas.recipe.ObjectiveSpec;
import orcaflow.schemas.recipe.ObjectiveSpec.KtoLoss;
import orcaflow.schemas.recipe.Schedule;
import orcaflow.trainer.learn.AdamWSettings;
import orcaflow.trainer.model.StudentConfig;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.objective.Kto;
import orcaflow.trainer.objective.PreferenceExample;
import orcaflow.trainer.objective.UnpairedExample;
import orcaflow.trainer.tokenizer.Example;

/** Tiny random students and examples for tests. */
public final class Students {

  public static final StudentConfig TINY =
      new StudentConfig(
          40, 16, 2, 4, 2, 4, 24, 64, 10_000, 1e-5, OptionalInt.empty(), true, 1, 2, 0);

  public static final AdamWSettings QUICK =
      new AdamWSettings(1e-2, 2, Schedule.CONSTANT, 1, 100, 0.01, 0.9, 0.95, 1e-8, 1);

  private Students() {}

  /** KTO with class weights that are given. */
  public static Kto.Settings kto(double beta, double desirableWeight, double undesirableWeight) {
    return kto(beta, desirableWeight, undesirableWeight, KtoLoss.KTO);
  }

  public static Kto.Settings kto(
      double beta, double desirableWeight, double undesirableWeight, KtoLoss loss) {
    return new Kto.Settings(beta, new KtoWeights(desirableWeight, undesirableWeight), loss);
  }

  /** DPO alone. */
  public static ObjectiveSpec.Dpo dpo(double beta) {
    return dpo(beta, 0);
  }

  public static ObjectiveSpec.Dpo dpo(double beta, double nllWeight) {
    return new ObjectiveSpec.Dpo(beta, nllWeight, Optional.empty());
  }

  public static StudentConfig windowed(int window) {
    return new StudentConfig(
        40, 16, 2, 4, 2, 4, 24, 64, 10_000, 1e-5, OptionalInt.of(window), false, 1, 2, 0);
  }

  /** Examples whose completions end with end-of-text. */
  public static List<Example> examples(int count, long seed) {
    Random random = new Random(seed);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] prompt = ids(random, 1 + random.nextInt(8));
      int[] completion = ids(random, 2 + random.nextInt(9));
      completion[completion.length - 1] = TINY.eos();
      examples.add(new Example(prompt, completion));
    }
    return examples;
  }

  public static List<UnpairedExample> labelled(int count, long seed) {
    List<Example> examples = examples(count, seed);
    List<UnpairedExample> labelled = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      labelled.add(new UnpairedExample(examples.get(i), i % 3 != 0));
    }
    return labelled;
  }

  public static List<PreferenceExample> pairs(int count, long seed) {
    List<Example> chosen = examples(count, seed);
    List<Example> rejected = examples(count, seed + 1);
    List<PreferenceExample> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] prompt = chosen.get(i).prompt();
      pairs.add(
          new PreferenceExample(chosen.get(i), new Example(prompt, rejected.get(i).completion())));
    }
    return pairs;
  }

  /** Ids of ordinary tokens. */
  public static int[] ids(Random random, int length) {
    return random.ints(length, 3, TINY.vocabulary()).toArray();
  }

  /** Random weights with norms away from 1. */
  public static Weights lively(StudentConfig config, long seed) {
    Weights small = Weights.random(config, seed);
    java.util.Map<String, Weights.Tensor> tensors = new java.util.LinkedHashMap<>();
    for (String name : small.names()) {
      Weights.Tensor tensor = small.get(name);
      float[] values = tensor.values().clone();
      for (int i = 0; i < values.length; i++) {
        values[i] *= tensor.shape().length == 1 ? 1 + 0.01f * (i % 7) : 0.8f;
      }
      tensors.put(name, new Weights.Tensor(tensor.shape(), values));
    }
    return new Weights(tensors);
  }
}
