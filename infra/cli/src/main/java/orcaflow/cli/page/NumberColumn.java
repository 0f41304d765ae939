package orcaflow.cli.page;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import java.io.IOException;
import java.util.Arrays;

/**
 * A column of numbers to seven digits, which is what a curve shows; as JSON an array in which what
 * is no number, or infinite, is null.
 */
final class NumberColumn implements JsonSerializable {

  private static final int FIRST = 256;

  private float[] numbers;
  private int size;

  NumberColumn() {
    this(new float[FIRST], 0);
  }

  private NumberColumn(float[] numbers, int size) {
    this.numbers = numbers;
    this.size = size;
  }

  /**
   * @param number null where there is none
   */
  void add(Number number) {
    if (size == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * size);
    }
    numbers[size++] = number == null ? Float.NaN : number.floatValue();
  }

  /** A copy of the numbers from a position on. */
  NumberColumn from(int begin) {
    return new NumberColumn(Arrays.copyOfRange(numbers, begin, size), size - begin);
  }

  @Override
  public void serialize(JsonGenerator json, SerializerProvider serializers) throws IOException {
    json.writeStartArray();
    for (int i = 0; i < size; i++) {
      if (Float.isFinite(numbers[i])) {
        json.writeNumber(numbers[i]);
      } else {
        json.writeNull();
      }
    }
    json.writeEndArray();
  }

  @Override
  public void serializeWithType(
      JsonGenerator json, SerializerProvider serializers, TypeSerializer type) throws IOException {
    serialize(json, serializers);
  }
}
