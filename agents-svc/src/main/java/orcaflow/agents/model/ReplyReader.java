package orcaflow.agents.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.StreamSupport;
import orcaflow.agents.model.ModelFailure.Unavailable.Remedy;

/**
 * Decides what a reply is: the one place where an HTTP reply becomes a {@link ModelResponse} or a
 * {@link ModelFailure}. A reply that is no chat completion is a failure of the connection and not
 * of the request: the same request is asked again. The table is in docs/endpoints.md.
 */
final class ReplyReader {

  private static final int NAME_CHARACTERS = 200;
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  static {
    JSON.getFactory()
        .setStreamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(100).build());
  }

  private final String endpoint;
  private final ModelRequest request;
  private final HttpReply reply;

  private ReplyReader(String endpoint, ModelRequest request, HttpReply reply) {
    this.endpoint = endpoint;
    this.request = request;
    this.reply = reply;
  }

  /**
   * @param endpoint name of the endpoint, for messages
   * @throws ModelFailure if the reply brings no completion
   */
  static ModelResponse read(String endpoint, ModelRequest request, HttpReply reply) {
    ReplyReader reader = new ReplyReader(endpoint, request, reply);
    return reply.status() >= 200 && reply.status() < 300 ? reader.success() : reader.refuse();
  }

  private ModelResponse refuse() {
    JsonNode error = errorOf(parsedOrNothing());
    int status = reply.status();
    // A used-up quota comes with status 429 or 403, and waiting does not mend it.
    int named = error.isMissingNode() ? status : StatusRule.statusOf(error);
    throw StatusRule.failure(
        named == 402 ? named : status,
        "%s answered %d: %s%s".formatted(endpoint, status, reply.excerpt(), location()),
        RetryAfter.of(reply, Instant.now()));
  }

  private String location() {
    return reply
        .value("Location")
        .filter(to -> reply.status() >= 300 && reply.status() < 400)
        .map(to -> " (it redirects to %s: set that url)".formatted(HttpReply.excerpt(to)))
        .orElse("");
  }

  private ModelResponse success() {
    JsonNode completion = parsed();
    JsonNode error = errorOf(completion);
    if (!error.isMissingNode()) {
      throw StatusRule.failure(
          StatusRule.statusOf(error),
          "%s answered %d with an error in it: %s"
              .formatted(endpoint, reply.status(), HttpReply.excerpt(error.toString())),
          RetryAfter.of(reply, Instant.now()));
    }
    JsonNode choices = completion.path("choices");
    if (!choices.isArray() || choices.isEmpty()) {
      throw unusable("it has no choices", usage(completion, 0));
    }
    return completion(completion, inOrder(choices));
  }

  private ModelResponse completion(JsonNode completion, List<JsonNode> choices) {
    List<ModelResponse.Text> texts = new ArrayList<>();
    for (JsonNode choice : choices) {
      texts.add(text(choice, completion));
    }
    ModelResponse.Usage usage =
        usage(completion, texts.stream().mapToInt(ReplyReader::characters).sum());
    List<ModelResponse.Text> decided = new ArrayList<>();
    for (ModelResponse.Text text : texts) {
      decided.add(cutAtTheLimit(text, usage, texts.size()));
    }
    if (decided.stream().allMatch(text -> text.kind() == ReplyKind.FAILED)) {
      throw failed(choices, usage);
    }
    return new ModelResponse(servedBy(completion), decided, usage, 1);
  }

  private ModelResponse.Text text(JsonNode choice, JsonNode completion) {
    try {
      JsonNode message = choice.path("message");
      if (!message.isObject()) {
        throw unusable("a choice has no message", usage(completion, 0));
      }
      MessageContent content = MessageContent.of(message);
      String finish = choice.path("finish_reason").asText("").strip();
      ReplyKind kind = ReplyKind.of(finish.isEmpty() ? null : finish);
      if (choice.hasNonNull("error")) {
        kind = ReplyKind.FAILED;
      } else if (content.refusal().isPresent() && kind != ReplyKind.FAILED) {
        kind = ReplyKind.REFUSED;
      }
      // A student's text stays as it was sampled.
      Reasoning split =
          request.prompt().isPresent()
              ? Reasoning.split(content.text())
              : new Reasoning(content.text(), Optional.empty());
      return new ModelResponse.Text(
          kind == ReplyKind.REFUSED && split.text().isBlank()
              ? content.refusal().orElse(split.text())
              : split.text(),
          finish,
          kind,
          content.reasoning().or(split::reasoning),
          request.sampling().tokenIds() ? ReplyTokens.of(choice) : Optional.empty());
    } catch (MessageContent.NotReadable e) {
      throw unusable(e.getMessage(), usage(completion, 0));
    }
  }

  /** The provider broke off: its error's code counts like a status. */
  private ModelFailure failed(List<JsonNode> choices, ModelResponse.Usage usage) {
    JsonNode error = choices.get(0).path("error");
    String said = error.isMissingNode() ? "" : ": " + HttpReply.excerpt(error.toString());
    String finish = HttpReply.excerpt(choices.get(0).path("finish_reason").asText("none"));
    String message =
        "%s broke off its answer (finish_reason %s)%s".formatted(endpoint, finish, said);
    if (!error.isMissingNode() && StatusRule.statusOf(error) != 502) {
      ModelFailure named =
          StatusRule.failure(
              StatusRule.statusOf(error), message, RetryAfter.of(reply, Instant.now()));
      if (named.retryable()) {
        return named;
      }
    }
    return new ModelFailure.Unavailable(message, Remedy.ASK_AGAIN, Optional.empty(), usage);
  }

  /** A text of as many tokens as were allowed is cut, whatever its finish reason says. */
  private ModelResponse.Text cutAtTheLimit(
      ModelResponse.Text text, ModelResponse.Usage usage, int choices) {
    long limit = (long) choices * request.sampling().maxTokens();
    return text.kind() == ReplyKind.ENDED && !usage.estimated() && usage.completionTokens() >= limit
        ? text.as(ReplyKind.CUT)
        : text;
  }

  private List<JsonNode> inOrder(JsonNode choices) {
    return StreamSupport.stream(choices.spliterator(), false)
        .sorted(Comparator.comparingInt(choice -> choice.path("index").asInt(0)))
        .limit(request.sampling().samples())
        .toList();
  }

  private String servedBy(JsonNode completion) {
    JsonNode model = completion.path("model");
    String name = model.isTextual() ? model.textValue().replaceAll("\\p{Cntrl}", "").strip() : "";
    return name.isEmpty()
        ? request.model()
        : name.substring(0, Math.min(name.length(), NAME_CHARACTERS));
  }

  /** As reported, or estimated from characters where the endpoint reports nothing sensible. */
  private ModelResponse.Usage usage(JsonNode completion, int characters) {
    JsonNode usage = completion.path("usage");
    long prompt = count(usage.path("prompt_tokens"));
    long answered = count(usage.path("completion_tokens"));
    if (prompt < 0 || answered < 0) {
      return ModelResponse.Usage.estimated(request.characters(), characters).in(tier(completion));
    }
    long cached = count(usage.path("prompt_tokens_details").path("cached_tokens"));
    return new ModelResponse.Usage(
        prompt, Math.max(0, Math.min(cached, prompt)), answered, false, tier(completion));
  }

  private static Optional<String> tier(JsonNode completion) {
    return Optional.of(completion.path("service_tier").asText("").strip())
        .map(name -> name.toLowerCase(Locale.ROOT))
        .filter(name -> name.matches(Endpoint.TIER));
  }

  /** A count of tokens; -1 for anything else. */
  private static long count(JsonNode value) {
    boolean sensible =
        value.isNumber()
            && value.canConvertToExactIntegral()
            && value.canConvertToLong()
            && value.asLong() >= 0
            && value.asLong() < 1_000_000_000L;
    return sensible ? value.asLong() : -1;
  }

  private static int characters(ModelResponse.Text text) {
    return text.text().length() + text.reasoning().map(String::length).orElse(0);
  }

  private static JsonNode errorOf(JsonNode completion) {
    JsonNode error = completion.path("error");
    return error.isObject() && !error.isEmpty() || error.isTextual() && !error.asText().isBlank()
        ? error
        : completion.path("none");
  }

  private JsonNode parsedOrNothing() {
    try {
      return JSON.readTree(reply.text());
    } catch (JsonProcessingException | HttpReply.Undecodable e) {
      return JSON.missingNode();
    }
  }

  private JsonNode parsed() {
    try {
      String body = reply.text();
      if (body.isBlank()) {
        throw unusable("it is empty", ModelResponse.Usage.estimated(request.characters(), 0));
      }
      JsonNode read =
          reply.isEventStream() || EventStream.looksLike(body)
              ? EventStream.read(JSON, body)
              : JSON.readTree(body);
      if (!read.isObject()) {
        throw unusable("it is no JSON object", billedForBytes());
      }
      return read;
    } catch (JsonProcessingException e) {
      throw unusable("it is no JSON, or not all of it came", billedForBytes());
    } catch (HttpReply.Undecodable e) {
      throw unusable(e.getMessage(), billedForBytes());
    }
  }

  private ModelResponse.Usage billedForBytes() {
    return ModelResponse.Usage.ofBytes(request, reply.body().length);
  }

  private ModelFailure unusable(String fault, ModelResponse.Usage usage) {
    return new ModelFailure.Unavailable(
        "%s answered %d, but %s: %s".formatted(endpoint, reply.status(), fault, reply.excerpt()),
        Remedy.ASK_AGAIN,
        RetryAfter.of(reply, Instant.now()),
        usage);
  }
}
