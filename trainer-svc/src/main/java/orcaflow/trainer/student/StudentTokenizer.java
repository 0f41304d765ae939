package orcaflow.trainer.student;

import java.nio.file.Path;
import java.util.stream.Stream;

/** Text to token ids and back, by a Hugging Face {@code tokenizer.json}. Thread-safe. */
public final class StudentTokenizer {

  private StudentTokenizer() {}

  /** A word-level tokenizer of texts; the same texts in any order make the same one. */
  public static StudentTokenizer build(Stream<String> texts, int maxWords) {
    throw new UnsupportedOperationException();
  }

  public static StudentTokenizer load(Path tokenizerJson) {
    throw new UnsupportedOperationException();
  }

  public void write(Path tokenizerJson) {
    throw new UnsupportedOperationException();
  }

  /** Ids without begin- or end-of-text. */
  public int[] encode(String text) {
    throw new UnsupportedOperationException();
  }

  /** The text of ids; special tokens leave nothing. */
  public String decode(int[] ids) {
    throw new UnsupportedOperationException();
  }

  public int vocabulary() {
    throw new UnsupportedOperationException();
  }

  public int bos() {
    throw new UnsupportedOperationException();
  }

  public int eos() {
    throw new UnsupportedOperationException();
  }

  public int pad() {
    throw new UnsupportedOperationException();
  }
}
