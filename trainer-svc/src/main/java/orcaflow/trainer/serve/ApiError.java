package orcaflow.trainer.serve;

import io.vertx.core.json.JsonObject;

/** A request that is not answered, in the shape OpenAI's clients expect. */
final class ApiError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String type;
  private final String code;
  private final int retryAfterSeconds;

  private ApiError(int status, String type, String code, String message, int retryAfterSeconds) {
    super(message, null, false, false);
    this.status = status;
    this.type = type;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  static ApiError badRequest(String message) {
    return new ApiError(400, "invalid_request_error", "invalid_value", message, 0);
  }

  static ApiError tooLong(String message) {
    return new ApiError(400, "invalid_request_error", "context_length_exceeded", message, 0);
  }

  static ApiError noSuchPolicy(String version) {
    return new ApiError(
        404,
        "invalid_request_error",
        "model_not_found",
        "policy '%s' is not known or can no longer be loaded: ask for 'latest' or one of /v1/models"
            .formatted(version),
        0);
  }

  static ApiError noSuchPath(String path) {
    return new ApiError(
        404,
        "invalid_request_error",
        "not_found",
        "there is no '%s' here; there are POST /v1/chat/completions and GET /v1/models"
            .formatted(path),
        0);
  }

  static ApiError queueFull(int waiting) {
    return new ApiError(
        429,
        "rate_limit_error",
        "queue_full",
        "%d completions are waiting already: come back later".formatted(waiting),
        1);
  }

  static ApiError noPolicyYet() {
    return new ApiError(
        503, "server_error", "no_policy", "there is no policy to serve yet: come back later", 1);
  }

  static ApiError stopping() {
    return new ApiError(503, "server_error", "stopping", "the policy server is stopping", 5);
  }

  static ApiError failed(Throwable cause) {
    return new ApiError(
        500, "server_error", "failed", "the student failed: " + cause.getMessage(), 0);
  }

  int status() {
    return status;
  }

  /** 0 where coming back would not help. */
  int retryAfterSeconds() {
    return retryAfterSeconds;
  }

  String json() {
    return new JsonObject()
        .put(
            "error",
            new JsonObject()
                .put("message", getMessage())
                .put("type", type)
                .putNull("param")
                .put("code", code))
        .encode();
  }
}
