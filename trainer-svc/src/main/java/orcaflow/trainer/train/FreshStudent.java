package orcaflow.trainer.train;

import java.util.OptionalInt;
import java.util.stream.Stream;
import orcaflow.schemas.recipe.StudentSpec;
import orcaflow.trainer.model.StudentConfig;
import orcaflow.trainer.model.StudentFolder;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.tokenizer.StudentTokenizer;

/** A student before its first iteration: a vocabulary of the rows' words, and random weights. */
final class FreshStudent {

  /** As in Mistral 7B. */
  private static final double ROPE_THETA = 10_000;

  private static final double NORM_EPSILON = 1e-5;

  private FreshStudent() {}

  static StudentFolder of(StudentSpec.Shape shape, long seed, Stream<String> texts) {
    StudentTokenizer tokenizer = StudentTokenizer.build(texts, shape.words());
    StudentConfig config =
        new StudentConfig(
            tokenizer.vocabulary(),
            shape.hidden(),
            shape.layers(),
            shape.heads(),
            shape.keyValueHeads(),
            shape.hidden() / shape.heads(),
            shape.feedForward(),
            shape.context(),
            ROPE_THETA,
            NORM_EPSILON,
            OptionalInt.empty(),
            true,
            tokenizer.bos(),
            tokenizer.eos(),
            tokenizer.pad());
    return new StudentFolder(config, Weights.random(config, seed), tokenizer);
  }
}
