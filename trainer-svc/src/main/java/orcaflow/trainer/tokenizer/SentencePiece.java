package orcaflow.trainer.tokenizer;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A SentencePiece model, the {@code tokenizer.model} beside older Llamas and Mistrals: the fields
 * of its protobuf message (sentencepiece_model.proto) that say how text is cut. Training settings,
 * self-tests and sampling are left out.
 *
 * @param pieces by id
 * @param charsmap rules of normalisation, in SentencePiece's own compiled form; empty for none
 * @param dummyPrefix whether a space is put before every text
 * @param extraWhitespace whether spaces in a row, and around a text, are kept
 */
record SentencePiece(
    Model model,
    List<Piece> pieces,
    Specials specials,
    byte[] charsmap,
    boolean dummyPrefix,
    boolean extraWhitespace) {

  /** How pieces are put together; the other two models of SentencePiece are not read. */
  enum Model {
    UNIGRAM,
    BPE
  }

  /** What a piece stands for, in the order of the numbers from 1. */
  enum Kind {
    NORMAL,
    UNKNOWN,
    CONTROL,
    USER_DEFINED,
    UNUSED,
    BYTE
  }

  record Piece(String text, float score, Kind kind) {}

  /** Ids of the special pieces; below 0 where there is none. */
  record Specials(int unknown, int begin, int end, int padding) {}

  private static final int MODEL_PIECES = 1;
  private static final int MODEL_TRAINER = 2;
  private static final int MODEL_NORMALIZER = 3;
  private static final int MODEL_DENORMALIZER = 5;
  private static final int PIECE_TEXT = 1;
  private static final int PIECE_SCORE = 2;
  private static final int PIECE_KIND = 3;
  private static final int TRAINER_MODEL = 3;
  private static final int TRAINER_SUFFIX = 24;
  private static final int TRAINER_UNKNOWN = 40;
  private static final int TRAINER_BEGIN = 41;
  private static final int TRAINER_END = 42;
  private static final int TRAINER_PADDING = 43;
  private static final int RULES_CHARSMAP = 2;
  private static final int RULES_PREFIX = 3;
  private static final int RULES_EXTRA_WHITESPACE = 4;
  private static final int RULES_ESCAPE = 5;

  SentencePiece {
    if (pieces.isEmpty()) {
      throw new IllegalArgumentException("it holds no pieces");
    }
    Set<String> texts = new HashSet<>();
    for (int id = 0; id < pieces.size(); id++) {
      Piece piece = pieces.get(id);
      if (piece.text.isEmpty() || !texts.add(piece.text)) {
        throw new IllegalArgumentException(
            "piece %d is \"%s\"; each must be there once and not be empty"
                .formatted(id, piece.text));
      }
      if (Float.isNaN(piece.score) || piece.kind == Kind.UNUSED) {
        throw new IllegalArgumentException(
            "piece %d has score %s and kind %s; that is not read"
                .formatted(id, piece.score, piece.kind));
      }
    }
    kind("unk_id", specials.unknown, pieces, Kind.UNKNOWN);
    kind("bos_id", specials.begin, pieces, Kind.CONTROL);
    kind("eos_id", specials.end, pieces, Kind.CONTROL);
    if (specials.padding >= 0) {
      kind("pad_id", specials.padding, pieces, Kind.CONTROL);
    }
  }

  /**
   * Reads a model; every bound is checked, as the bytes may come from anywhere.
   *
   * @throws IllegalArgumentException one sentence without the file's name, if the bytes are damaged
   *     or hold what is not read here
   */
  static SentencePiece read(byte[] bytes) {
    try {
      return new Reader().model(CodedInputStream.newInstance(bytes));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(
          "it is no SentencePiece model, or one cut short: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory can always be read", e);
    }
  }

  /** Whether characters without a piece are spelled in bytes. */
  boolean byteFallback() {
    return pieces.stream().filter(piece -> piece.kind == Kind.BYTE).count() == 256;
  }

  private static void kind(String key, int id, List<Piece> pieces, Kind wanted) {
    if (id < 0 || id >= pieces.size() || pieces.get(id).kind != wanted) {
      throw new IllegalArgumentException(
          "%s is %d, which is no piece of kind %s".formatted(key, id, wanted));
    }
  }

  /** The message as far as it is read; what is not there has the default of the schema. */
  private static final class Reader {
    private final List<Piece> pieces = new ArrayList<>();
    private int model = 1;
    private int unknown = 0;
    private int begin = 1;
    private int end = 2;
    private int padding = -1;
    private byte[] charsmap = {};
    private boolean prefix = true;
    private boolean extraWhitespace;

    /** Reads one field of a message. */
    @FunctionalInterface
    private interface Field {
      /** Whether it knew the field, and read it. */
      boolean read(int number, CodedInputStream in) throws IOException;
    }

    SentencePiece model(CodedInputStream in) throws IOException {
      fields(in, this::modelField);
      if (model != 1 && model != 2) {
        throw new IllegalArgumentException(
            "model_type is %d; 1 (unigram) and 2 (BPE) are read".formatted(model));
      }
      return new SentencePiece(
          model == 1 ? Model.UNIGRAM : Model.BPE,
          List.copyOf(pieces),
          new Specials(unknown, begin, end, padding),
          charsmap,
          prefix,
          extraWhitespace);
    }

    private boolean modelField(int number, CodedInputStream in) throws IOException {
      switch (number) {
        case MODEL_PIECES -> pieces.add(piece(in));
        case MODEL_TRAINER -> message(in, this::trainerField);
        case MODEL_NORMALIZER -> message(in, this::rulesField);
        case MODEL_DENORMALIZER -> message(in, Reader::denormalizerField);
        default -> {
          return false;
        }
      }
      return true;
    }

    private Piece piece(CodedInputStream in) throws IOException {
      var read =
          new Object() {
            String text = "";
            float score;
            int kind = 1;
          };
      message(
          in,
          (number, at) -> {
            switch (number) {
              case PIECE_TEXT -> read.text = at.readStringRequireUtf8();
              case PIECE_SCORE -> read.score = at.readFloat();
              case PIECE_KIND -> read.kind = at.readEnum();
              default -> {
                return false;
              }
            }
            return true;
          });
      if (read.kind < 1 || read.kind > Kind.values().length) {
        throw new IllegalArgumentException(
            "piece %d has the unknown kind %d".formatted(pieces.size(), read.kind));
      }
      return new Piece(read.text, read.score, Kind.values()[read.kind - 1]);
    }

    private boolean trainerField(int number, CodedInputStream in) throws IOException {
      switch (number) {
        case TRAINER_MODEL -> model = in.readEnum();
        case TRAINER_SUFFIX -> only("treat_whitespace_as_suffix", in.readBool(), false);
        case TRAINER_UNKNOWN -> unknown = in.readInt32();
        case TRAINER_BEGIN -> begin = in.readInt32();
        case TRAINER_END -> end = in.readInt32();
        case TRAINER_PADDING -> padding = in.readInt32();
        default -> {
          return false;
        }
      }
      return true;
    }

    private boolean rulesField(int number, CodedInputStream in) throws IOException {
      switch (number) {
        case RULES_CHARSMAP -> charsmap = in.readByteArray();
        case RULES_PREFIX -> prefix = in.readBool();
        case RULES_EXTRA_WHITESPACE -> extraWhitespace = !in.readBool();
        case RULES_ESCAPE -> only("escape_whitespaces", in.readBool(), true);
        default -> {
          return false;
        }
      }
      return true;
    }

    private static boolean denormalizerField(int number, CodedInputStream in) throws IOException {
      if (number != RULES_CHARSMAP) {
        return false;
      }
      only("the denormalizer", in.readByteArray().length > 0, false);
      return true;
    }

    private static void only(String key, boolean value, boolean known) {
      if (value != known) {
        throw new IllegalArgumentException(key + " is " + value + "; only " + known + " is read");
      }
    }

    private static void message(CodedInputStream in, Field field) throws IOException {
      int outer = in.pushLimit(in.readRawVarint32());
      fields(in, field);
      in.popLimit(outer);
    }

    private static void fields(CodedInputStream in, Field field) throws IOException {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (!field.read(WireFormat.getTagFieldNumber(tag), in)) {
          in.skipField(tag);
        }
      }
    }
  }
}
