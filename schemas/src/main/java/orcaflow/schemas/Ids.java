package orcaflow.schemas;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import java.util.function.IntPredicate;
import orcaflow.events.AlarmKind;
import orcaflow.events.PolicyRequestStatus;

/**
 * Every id, one method each. An id is made of what makes the event what it is, so that a
 * redelivered event lands on its own key. Events of the flow have 128 bits of SHA-256 in hex; what
 * people name on a command line, such as iterations and policies, has a readable id.
 */
public final class Ids {

  private static final String SYMBOLS = "%$€£+*=<>/-";
  private static final String INSIDE_NUMBERS = ".,/:";

  /** Looking for a digest among Java's providers costs about as much as a short hash. */
  private static final int HASH_DIGITS = 32;

  private static final ThreadLocal<MessageDigest> DIGESTS = ThreadLocal.withInitial(Ids::sha256);

  private Ids() {}

  /** Problem id: hash of the normalised question, so that equal questions share key and id. */
  public static String problem(String question) {
    return hash("problem", normalised(question));
  }

  /** Candidate id of a child of {@code parent} (or of a seed row, where parent is its text). */
  public static String candidate(String parent, String agent, int round, int index) {
    return hash("candidate", parent, agent, Integer.toString(round), Integer.toString(index));
  }

  /** Id of the n-th rejection under one problem id, from 0. */
  public static String rejection(String problemId, int ordinal) {
    return hash("rejection", problemId, Integer.toString(ordinal));
  }

  /** Id of the rejection of a problem that is nearly another; it happens once to a problem id. */
  public static String nearDuplicate(String problemId) {
    return hash("near-duplicate", problemId);
  }

  /** Id of the teacher's solution of a problem. */
  public static String solution(String problemId) {
    return hash("solution", problemId);
  }

  /** Id of the request for rollouts of a problem in an iteration, and of the group that answers. */
  public static String request(String problemId, int iteration) {
    return hash("request", problemId, Integer.toString(iteration));
  }

  /** Id of one rollout. */
  public static String rollout(String problemId, int iteration, int index) {
    return hash("rollout", problemId, Integer.toString(iteration), Integer.toString(index));
  }

  /** Id of a later part of the rollouts of a request, from 1. */
  public static String part(String requestId, int part) {
    return hash("part", requestId, Integer.toString(part));
  }

  /** Id of the event that completes a partial group; revision 0 has the request's. */
  public static String revision(String requestId, int revision) {
    return revision == 0 ? requestId : hash("revision", requestId, Integer.toString(revision));
  }

  /** Id of a row of training data made from responses under a labelling policy. */
  public static String row(String kind, int iteration, String labelling, String... responseIds) {
    return hash(kind, Integer.toString(iteration), labelling, String.join("+", responseIds));
  }

  /** Id of the outcome of a stage for an input. */
  public static String outcome(String stage, String inputId) {
    return hash("outcome", stage, inputId);
  }

  /** Id of the outcome for an input that was redriven and so takes back an earlier outcome. */
  public static String outcomeAfter(String takenBack) {
    return hash("outcome-after", takenBack);
  }

  /** Id of an outcome's input that cannot be read: its place, as it has no id. */
  public static String unreadable(String topic, int partition, long offset) {
    return "%s-%d-%d".formatted(topic, partition, offset);
  }

  /** Name and content of a file in short, such as {@code short@0123456789ab}. */
  public static String named(String name, String contentHash) {
    return name + "@" + contentHash.substring(0, 12);
  }

  /** Id of an iteration, such as {@code main/M1}. */
  public static String iteration(String run, String name) {
    return run + "/" + name;
  }

  /** Id of the closing of an iteration's set of groups, such as {@code main/2}. */
  public static String closing(String run, int iteration) {
    return run + "/" + iteration;
  }

  /** Id of an optimiser step of an iteration, from 1, such as {@code M1/25}. */
  public static String step(String iteration, int step) {
    return iteration + "/" + step;
  }

  /** Id of a batch that an iteration could not learn from, such as {@code M2/batch/7}. */
  public static String setAside(String iteration, int batch) {
    return "%s/batch/%d".formatted(iteration, batch);
  }

  /**
   * Version of a policy, such as {@code main-M1-300-0123abcd}.
   *
   * @param iteration name of the iteration that made it
   * @param step optimiser steps of that iteration
   * @param weightsHash in hex
   */
  public static String policy(String run, String iteration, int step, String weightsHash) {
    return "%s-%s-%d-%s".formatted(run, iteration, step, weightsHash.substring(0, 8));
  }

  /** Id of an alarm; an iteration raises one of a kind. */
  public static String alarm(String policyVersion, AlarmKind kind) {
    return policyVersion + "/" + kind.name().toLowerCase(Locale.ROOT);
  }

  /** Id of a request for an earlier policy, or of its answer. */
  public static String policyRequest(String request, PolicyRequestStatus status) {
    return request + "/" + status.name().toLowerCase(Locale.ROOT);
  }

  /** Id of the evaluation of a policy on a benchmark, by a mode of decoding. */
  public static String evaluation(String policyVersion, String benchmark, String mode) {
    return policyVersion + "/" + benchmark + "/" + mode;
  }

  /** Name of a checkpoint's folder; a later one is greater as text. */
  public static String checkpoint(int iterationNumber, String iteration, int step) {
    return "%04d-%s-%08d".formatted(iterationNumber, iteration, step);
  }

  /** An id that no event has: random, of the same form as the others. */
  public static String fresh() {
    return UUID.randomUUID().toString().replace("-", "");
  }

  /** Id of an entry of the run log. */
  public static String runLogEntry(String kind, String name, String contentHash) {
    return hash(kind, name, contentHash);
  }

  /**
   * Name of a worker among those of a run, for its transactions, such as {@code solve.0.1}.
   *
   * @param instance name of the process
   * @param number of the worker in the process, from 0
   */
  public static String worker(String stage, String instance, int number) {
    return "%s.%s.%d".formatted(stage, instance, number);
  }

  /** Name of what relabels one partition among those of a run, for its transactions. */
  public static String relabeller(String name, int partition) {
    return "%s-%d".formatted(name, partition);
  }

  /** Whether an id is a hash of ours. An event from elsewhere may have any other. */
  public static boolean isHash(String id) {
    return id.length() == HASH_DIGITS && isHex(id, HASH_DIGITS);
  }

  /** Whether a text begins with this number of hex digits. */
  static boolean isHex(String text, int digits) {
    if (text.length() < digits) {
      return false;
    }
    for (int i = 0; i < digits; i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  /**
   * Hash of parts, each preceded by its length so that no two lists of parts collide by joining.
   */
  public static String hash(String... parts) {
    MessageDigest digest = DIGESTS.get();
    digest.reset();
    for (String part : parts) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
      digest.update(bytes);
    }
    return HexFormat.of().formatHex(digest.digest(), 0, HASH_DIGITS / 2);
  }

  /** SHA-256 of a text in hex, 64 characters: the content hash of prompts, recipes and files. */
  public static String contentHash(String text) {
    return contentHash(text.getBytes(StandardCharsets.UTF_8));
  }

  /** SHA-256 of bytes in hex. */
  public static String contentHash(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  /**
   * A uniform number in [0, 1) that belongs to an id and a purpose: whether a problem is due can be
   * decided for each problem alone, in any order.
   */
  public static double fraction(String id, String purpose) {
    return (Long.parseUnsignedLong(hash(purpose, id).substring(0, 16), 16) >>> 11) * 0x1.0p-53;
  }

  /**
   * The text under which two questions count as equal: compatibility forms folded, lower case,
   * words and numbers kept, everything between them one space. {@code 3.5} and {@code 35} stay
   * different.
   */
  public static String normalised(String text) {
    String folded = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    StringBuilder normalised = new StringBuilder(folded.length());
    for (int start = 0; start < folded.length(); ) {
      int end = wordEnd(folded, start);
      if (end > start) {
        normalised.append(normalised.isEmpty() ? "" : " ").append(folded, start, end);
        start = end;
      } else {
        start += Character.charCount(folded.codePointAt(start));
      }
    }
    return normalised.toString();
  }

  /** End of the number, word or symbol that begins here; the start itself if none does. */
  private static int wordEnd(String text, int start) {
    if (SYMBOLS.indexOf(text.charAt(start)) >= 0) {
      return start + 1;
    }
    int end = runEnd(text, start, Ids::isNumber);
    if (end == start) {
      return runEnd(text, start, Character::isLetter);
    }
    while (end < text.length() && INSIDE_NUMBERS.indexOf(text.charAt(end)) >= 0) {
      int more = runEnd(text, end + 1, Ids::isNumber);
      if (more == end + 1) {
        break;
      }
      end = more;
    }
    return end;
  }

  private static int runEnd(String text, int start, IntPredicate kind) {
    int end = start;
    while (end < text.length()) {
      int character = text.codePointAt(end);
      if (!kind.test(character)) {
        break;
      }
      end += Character.charCount(character);
    }
    return end;
  }

  /** Unicode's categories Nd, Nl and No. */
  private static boolean isNumber(int character) {
    int type = Character.getType(character);
    return type == Character.DECIMAL_DIGIT_NUMBER
        || type == Character.LETTER_NUMBER
        || type == Character.OTHER_NUMBER;
  }

  /** A digest that nothing was put into. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }
}
