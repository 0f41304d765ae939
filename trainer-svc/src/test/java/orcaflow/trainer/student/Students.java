package orcaflow.trainer.student;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;

/** Tiny random students and examples for tests. */
final class Students {

  static final StudentConfig TINY =
      new StudentConfig(
          40, 16, 2, 4, 2, 4, 24, 64, 10_000, 1e-5, OptionalInt.empty(), true, 1, 2, 0);

  static final Optimiser QUICK =
      new Optimiser(1e-2, 2, "constant", 1, 100, 0.01, 0.9, 0.95, 1e-8, 1);

  private Students() {}

  static StudentConfig windowed(int window) {
    return new StudentConfig(
        40, 16, 2, 4, 2, 4, 24, 64, 10_000, 1e-5, OptionalInt.of(window), false, 1, 2, 0);
  }

  /** Examples whose completions end with end-of-text. */
  static List<Example> examples(int count, long seed) {
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

  static List<Labelled> labelled(int count, long seed) {
    List<Example> examples = examples(count, seed);
    List<Labelled> labelled = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      labelled.add(new Labelled(examples.get(i), i % 3 != 0));
    }
    return labelled;
  }

  static List<Pair> pairs(int count, long seed) {
    List<Example> chosen = examples(count, seed);
    List<Example> rejected = examples(count, seed + 1);
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] prompt = chosen.get(i).prompt();
      pairs.add(new Pair(chosen.get(i), new Example(prompt, rejected.get(i).completion())));
    }
    return pairs;
  }

  /** Ids of ordinary tokens. */
  static int[] ids(Random random, int length) {
    return random.ints(length, 3, TINY.vocabulary()).toArray();
  }

  /** Random weights with norms away from 1. */
  static Weights lively(StudentConfig config, long seed) {
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
