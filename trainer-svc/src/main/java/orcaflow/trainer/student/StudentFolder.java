package orcaflow.trainer.student;

import java.nio.file.Path;

/** A student as Hugging Face keeps one: config.json, model.safetensors, tokenizer.json. */
public record StudentFolder(StudentConfig config, Weights weights, StudentTokenizer tokenizer) {

  /** Reads a folder; one clear sentence if a part is missing or does not fit. */
  public static StudentFolder load(Path folder) {
    throw new UnsupportedOperationException();
  }

  /** Writes beside the target, fsyncs and renames: the folder is there whole or not at all. */
  public void save(Path folder) {
    throw new UnsupportedOperationException();
  }
}
