package orcaflow.trainer.student;

import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * The shape of a student: a decoder of the Llama and Mistral family.
 *
 * @param vocabulary token ids run from 0 to this, exclusive
 * @param hidden width of the residual stream
 * @param keyValueHeads key and value heads; each serves heads / keyValueHeads query heads
 * @param headDim width of a head, even
 * @param feedForward width of the SwiGLU layer
 * @param contextLength longest sequence
 * @param slidingWindow position i sees j with 0 &lt;= i - j &lt; window
 * @param tiedHead whether the output projection is the embedding
 */
public record StudentConfig(
    int vocabulary,
    int hidden,
    int layers,
    int heads,
    int keyValueHeads,
    int headDim,
    int feedForward,
    int contextLength,
    double ropeTheta,
    double rmsNormEps,
    OptionalInt slidingWindow,
    boolean tiedHead,
    int bos,
    int eos,
    int pad) {

  /** Reads a Hugging Face {@code config.json}. */
  public static StudentConfig read(Path configJson) {
    throw new UnsupportedOperationException();
  }

  /** Writes a {@code config.json} that Hugging Face reads. */
  public void write(Path configJson) {
    throw new UnsupportedOperationException();
  }
}
