package orcaflow.streams.overlap;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.StopFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.WordlistLoader;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/**
 * The content words of a question: lower case, no punctuation, no English stop words (the 174 of
 * the Snowball project). A decimal stays one token, {@code 1,200} is {@code 1200}, {@code Janet's}
 * is {@code janet}. Not for use by several threads at once.
 */
public final class Tokeniser implements AutoCloseable {

  private static final Pattern THOUSANDS = Pattern.compile("(?<=\\d),(?=\\d{3}(?!\\d))");

  /** {@code Joan 's} and {@code do n't}, as in texts that a treebank tokeniser has split. */
  private static final Pattern SPLIT_OFF =
      Pattern.compile(
          "\\s+(?=(?:'(?:s|re|ve|ll|d|m)|n't)(?![\\p{L}\\p{N}]))", Pattern.CASE_INSENSITIVE);

  private final Analyzer analyzer =
      new Analyzer() {
        @Override
        protected TokenStreamComponents createComponents(String field) {
          Tokenizer words = new StandardTokenizer();
          CharArraySet stopWords = stopWords();
          TokenStream content = new StopFilter(new LowerCaseFilter(words), stopWords);
          // A second time: "that's" has become "that".
          TokenStream bare = new StopFilter(new EnglishPossessiveFilter(content), stopWords);
          return new TokenStreamComponents(words, bare);
        }
      };

  /** The tokens in the order of the text. */
  public List<String> tokens(String text) {
    String whole = SPLIT_OFF.matcher(text.replace('\u2019', '\'')).replaceAll("");
    String plain = THOUSANDS.matcher(whole).replaceAll("");
    List<String> tokens = new ArrayList<>();
    try (TokenStream stream = analyzer.tokenStream("question", plain)) {
      CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
      stream.reset();
      while (stream.incrementToken()) {
        tokens.add(term.toString());
      }
      stream.end();
    } catch (IOException e) {
      throw new UncheckedIOException("a text in memory cannot be read", e);
    }
    return tokens;
  }

  /** The stop words, sorted. */
  public static List<String> stopWordList() {
    return stopWords().stream().map(word -> new String((char[]) word)).sorted().toList();
  }

  private static CharArraySet stopWords() {
    try (InputStream in = SnowballFilter.class.getResourceAsStream("english_stop.txt")) {
      return WordlistLoader.getSnowballWordSet(
          Objects.requireNonNull(in, "Lucene's list of English stop words is not there"));
    } catch (IOException e) {
      throw new UncheckedIOException("Lucene's list of English stop words cannot be read", e);
    }
  }

  @Override
  public void close() {
    analyzer.close();
  }
}
