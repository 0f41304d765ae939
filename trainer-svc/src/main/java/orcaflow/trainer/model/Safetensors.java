package orcaflow.trainer.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import orcaflow.service.AtomicFile;

/**
 * The safetensors format: eight bytes of header length, a JSON header, then the arrays. Read with
 * every bound checked, in Java, since what is read may come from anywhere; written the same each
 * time, in the order of names.
 */
public final class Safetensors {

  /** What transformers computes anew and does not load: tables of rotary and other positions. */
  private static final Pattern BUFFER =
      Pattern.compile("(^|\\.)(rotary_emb\\.inv_freq|position_ids)$");

  private static final int MAX_HEADER = 100_000_000;

  /** Bytes that are written or hashed at once. */
  private static final int PIECE = 1 << 16;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private record Place(String name, String dtype, int[] shape, long begin, long end) {}

  private Safetensors() {}

  /**
   * Reads F32, F16 and BF16 arrays, widened to float.
   *
   * @throws IllegalArgumentException one sentence with file and tensor, if the file is damaged
   */
  public static Weights read(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return read(channel);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the weights as F32, in place of what was there: whole and fsynced, or not at all. */
  public static void write(Path file, Weights weights) {
    AtomicFile.write(file, channel -> pass(weights, buffer -> AtomicFile.drain(buffer, channel)));
  }

  /** SHA-256 in hex of the file these weights make. */
  static String hash(Weights weights) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      pass(weights, digest::update);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes the next bytes of a file. */
  @FunctionalInterface
  private interface Sink {
    void take(ByteBuffer bytes) throws IOException;
  }

  private static Weights read(FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < Long.BYTES) {
      throw new IllegalArgumentException("a file of " + size + " bytes is no safetensors file");
    }
    refuseText(channel, size);
    long headerLength = bytes(channel, 0, Long.BYTES).getLong();
    if (headerLength < 2 || headerLength > Math.min(MAX_HEADER, size - Long.BYTES)) {
      throw new IllegalArgumentException(
          "the header claims " + headerLength + " bytes in a file of " + size);
    }
    long dataBegin = Long.BYTES + headerLength;
    byte[] header = bytes(channel, Long.BYTES, (int) headerLength).array();
    List<Place> places = places(header);
    checkPlaces(places, size - dataBegin);
    Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
    for (Place place : places) {
      if (BUFFER.matcher(place.name).find()) {
        continue;
      }
      int length = Math.toIntExact(place.end - place.begin);
      float[] values = widened(bytes(channel, dataBegin + place.begin, length), place);
      tensors.put(place.name, new Weights.Tensor(place.shape, values));
    }
    return new Weights(tensors);
  }

  private static void refuseText(FileChannel channel, long size) throws IOException {
    byte[] begin = bytes(channel, 0, (int) Math.min(size, 64)).array();
    String text = new String(begin, StandardCharsets.ISO_8859_1).strip().toLowerCase(Locale.ROOT);
    if (text.startsWith("version https://git-lfs")) {
      throw new IllegalArgumentException("it is a git-lfs pointer, not the file: run git lfs pull");
    }
    if (Stream.of("<!doctype", "<html", "<?xml").anyMatch(text::startsWith)) {
      throw new IllegalArgumentException("it is a page of HTML or XML, no safetensors file");
    }
  }

  private static List<Place> places(byte[] header) throws IOException {
    JsonNode root;
    try {
      root = JSON.readTree(header);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the header is no JSON: " + e.getOriginalMessage(), e);
    }
    if (!root.isObject()) {
      throw new IllegalArgumentException("the header is no JSON object");
    }
    List<Place> places = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      if (!entry.getKey().equals("__metadata__")) {
        places.add(place(entry.getKey(), entry.getValue()));
      }
    }
    return places;
  }

  private static Place place(String name, JsonNode node) {
    long[] shape = whole(name, "shape", node.path("shape"));
    long[] offsets = whole(name, "data_offsets", node.path("data_offsets"));
    if (offsets.length != 2 || offsets[0] > offsets[1]) {
      throw damaged(name, "has data_offsets " + node.path("data_offsets"));
    }
    String dtype = node.path("dtype").asText("");
    int width = width(name, dtype);
    int[] extents = new int[shape.length];
    long count = 1;
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] > Integer.MAX_VALUE || count * shape[i] > Integer.MAX_VALUE / width) {
        throw damaged(name, "has shape " + node.path("shape") + ", which is too large to hold");
      }
      extents[i] = (int) shape[i];
      count *= shape[i];
    }
    if (offsets[1] - offsets[0] != count * width) {
      throw damaged(
          name,
          "of shape %s and dtype %s needs %d bytes; its data_offsets span %d"
              .formatted(node.path("shape"), dtype, count * width, offsets[1] - offsets[0]));
    }
    return new Place(name, dtype, extents, offsets[0], offsets[1]);
  }

  /** The arrays must tile the rest of the file: no overlap, no hole, no end beyond the file. */
  private static void checkPlaces(List<Place> places, long available) {
    List<Place> byOffset = new ArrayList<>(places);
    byOffset.sort(Comparator.comparingLong(Place::begin).thenComparingLong(Place::end));
    long reached = 0;
    for (Place place : byOffset) {
      if (place.end > available) {
        throw damaged(
            place.name,
            "ends at byte %d of the data, of which the file holds %d: the file is cut short"
                .formatted(place.end, available));
      }
      if (place.begin != reached) {
        throw damaged(
            place.name,
            "begins at byte %d of the data where %d was due: arrays overlap or leave a hole"
                .formatted(place.begin, reached));
      }
      reached = place.end;
    }
    if (reached != available) {
      throw new IllegalArgumentException(
          (available - reached) + " bytes behind the last array belong to none");
    }
  }

  private static long[] whole(String name, String key, JsonNode node) {
    long[] values = new long[node.size()];
    for (int i = 0; i < values.length; i++) {
      JsonNode value = node.get(i);
      if (value == null || !value.canConvertToExactIntegral() || !value.canConvertToLong()) {
        throw damaged(name, "has " + key + " " + node);
      }
      values[i] = value.longValue();
      if (values[i] < 0) {
        throw damaged(name, "has " + key + " " + node);
      }
    }
    if (!node.isArray()) {
      throw damaged(name, "has no list " + key);
    }
    return values;
  }

  private static int width(String name, String dtype) {
    if (BUFFER.matcher(name).find() && dtype.matches("[IU]64")) {
      return Long.BYTES;
    }
    return switch (dtype) {
      case "F32" -> Float.BYTES;
      case "F16", "BF16" -> Short.BYTES;
      default -> throw damaged(name, "has dtype \"" + dtype + "\"; F32, F16 and BF16 are read");
    };
  }

  private static float[] widened(ByteBuffer bytes, Place place) {
    float[] values = new float[Weights.size(place.shape)];
    switch (place.dtype) {
      case "F32" -> bytes.asFloatBuffer().get(values);
      case "BF16" -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = Float.intBitsToFloat(bytes.getShort() << 16);
        }
      }
      default -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = half(bytes.getShort());
        }
      }
    }
    return values;
  }

  /** IEEE 754 binary16 to float. Java 20 has this as {@code Float.float16ToFloat}. */
  static float half(short bits) {
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    float magnitude =
        switch (exponent) {
          case 0 -> fraction * 0x1p-24f;
          case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
          default -> Math.scalb(1f + fraction * 0x1p-10f, exponent - 15);
        };
    return bits < 0 ? -magnitude : magnitude;
  }

  private static ByteBuffer bytes(FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new IllegalArgumentException("the file became shorter while it was read");
      }
    }
    return buffer.flip();
  }

  /** Passes on the file these weights make, in pieces: it may be longer than any array. */
  private static void pass(Weights weights, Sink sink) throws IOException {
    List<String> names = new ArrayList<>(weights.names());
    names.sort(Comparator.naturalOrder());
    sink.take(head(weights, names));
    ByteBuffer piece = ByteBuffer.allocate(PIECE).order(ByteOrder.LITTLE_ENDIAN);
    for (String name : names) {
      float[] values = weights.get(name).values();
      for (int from = 0; from < values.length; from += PIECE / Float.BYTES) {
        int count = Math.min(PIECE / Float.BYTES, values.length - from);
        piece.clear().asFloatBuffer().put(values, from, count);
        sink.take(piece.limit(count * Float.BYTES));
      }
    }
  }

  /** Length of the header, and the header padded to a multiple of eight. */
  private static ByteBuffer head(Weights weights, List<String> names) {
    ObjectNode root = JSON.createObjectNode();
    root.putObject("__metadata__").put("format", "pt");
    long offset = 0;
    for (String name : names) {
      Weights.Tensor tensor = weights.get(name);
      ObjectNode node = root.putObject(name).put("dtype", "F32");
      for (int extent : tensor.shape()) {
        node.withArray("shape").add(extent);
      }
      node.withArray("shape");
      long end = offset + (long) tensor.values().length * Float.BYTES;
      node.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] text = root.toString().getBytes(StandardCharsets.UTF_8);
    int padded = (text.length + 7) / 8 * 8;
    ByteBuffer head = ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
    head.putLong(padded).put(text);
    while (head.hasRemaining()) {
      head.put((byte) ' ');
    }
    return head.flip();
  }

  private static IllegalArgumentException damaged(String name, String what) {
    return new IllegalArgumentException("tensor " + name + " " + what);
  }
}
