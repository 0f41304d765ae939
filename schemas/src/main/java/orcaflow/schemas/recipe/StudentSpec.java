package orcaflow.schemas.recipe;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.io.IOException;
import java.nio.file.Path;
import orcaflow.schemas.ConfigFile;

/**
 * Who a run begins with. In a recipe {@code student} is either the shape of a fresh one or {@code {
 * folder: models/my-model }}.
 */
@JsonDeserialize(using = StudentSpec.Reader.class)
public sealed interface StudentSpec {

  /**
   * A fresh Mistral-shaped student; its vocabulary comes from the first iteration's data.
   *
   * @param hidden width of the residual stream
   * @param layers number of blocks
   * @param heads query heads; {@code hidden / heads} is the head size
   * @param keyValueHeads key and value heads, dividing heads
   * @param feedForward width inside SwiGLU
   * @param context longest sequence in tokens
   * @param words largest number of whole words in the vocabulary
   */
  @JsonDeserialize(using = JsonDeserializer.None.class)
  record Shape(
      int hidden, int layers, int heads, int keyValueHeads, int feedForward, int context, int words)
      implements StudentSpec {
    public Shape {
      ConfigFile.require(
          heads > 0 && hidden > 0 && hidden % (2 * heads) == 0,
          "student.hidden",
          hidden,
          "a multiple of 2 * heads");
      ConfigFile.require(layers > 0, "student.layers", layers, "1 or more");
      ConfigFile.require(
          keyValueHeads > 0 && heads % keyValueHeads == 0,
          "student.keyValueHeads",
          keyValueHeads,
          "a divisor of heads");
      ConfigFile.require(feedForward > 0, "student.feedForward", feedForward, "1 or more");
      ConfigFile.require(context >= 16, "student.context", context, "16 or more");
      ConfigFile.require(words >= 0, "student.words", words, "0 or more");
    }
  }

  /**
   * A model that is there: config, weights and tokenizer as Hugging Face keeps them. It is the
   * run's policy 0.
   *
   * @param folder where it lies
   */
  @JsonDeserialize(using = JsonDeserializer.None.class)
  record Folder(String folder) implements StudentSpec {
    public Folder {
      ConfigFile.require(
          folder != null && !folder.isBlank(), "student.folder", folder, "the folder of a model");
    }

    public Path path() {
      return Path.of(folder);
    }
  }

  /** Tells the two forms apart by the key {@code folder}. */
  final class Reader extends JsonDeserializer<StudentSpec> {
    private static final String KEY = "folder";
    private static final String WANTED =
        "give the shape of a fresh student (hidden, layers and so on), or the folder of a model";

    @Override
    public StudentSpec deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      JsonNode given = context.readTree(parser);
      if (!given.isObject() || given.isEmpty()) {
        throw new IllegalArgumentException(
            "student is '%s': %s".formatted(given.isValueNode() ? given.asText() : given, WANTED));
      }
      if (!given.has(KEY)) {
        return context.readTreeAsValue(given, Shape.class);
      }
      for (var names = given.fieldNames(); names.hasNext(); ) {
        String other = names.next();
        if (!other.equals(KEY)) {
          throw new IllegalArgumentException(
              "student has folder '%s' and %s '%s': %s, not both"
                  .formatted(given.get(KEY).asText(), other, given.get(other).asText(), WANTED));
        }
      }
      return context.readTreeAsValue(given, Folder.class);
    }
  }
}
