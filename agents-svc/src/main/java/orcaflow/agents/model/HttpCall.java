package orcaflow.agents.model;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import orcaflow.agents.model.ModelFailure.Unavailable.Remedy;

/**
 * One HTTP request: it ends at the endpoint's deadline, however slowly bytes come, and is cut off
 * at the endpoint's size limit. Runs on one event loop.
 */
final class HttpCall {

  private final Vertx vertx;
  private final Endpoint endpoint;
  private final ModelRequest request;
  private final Consumer<RateHeaders> rates;
  private final Promise<ModelResponse> answer = Promise.promise();
  private final Buffer body = Buffer.buffer();
  private HttpClientRequest sent;
  private Optional<HttpClientResponse> reply = Optional.empty();

  HttpCall(Vertx vertx, Endpoint endpoint, ModelRequest request, Consumer<RateHeaders> rates) {
    this.vertx = vertx;
    this.endpoint = endpoint;
    this.request = request;
    this.rates = rates;
  }

  Future<ModelResponse> send(HttpClient http, RequestOptions options, Buffer question) {
    long timer = vertx.setTimer(endpoint.timeout().toMillis(), late -> deadline());
    http.request(options)
        .compose(
            opened -> {
              sent = opened;
              if (answer.future().isComplete()) {
                opened.reset();
              }
              return opened.send(question);
            })
        .onSuccess(this::receive)
        .onFailure(this::unreachable);
    return answer
        .future()
        .onComplete(
            done -> {
              vertx.cancelTimer(timer);
              if (done.failed() && sent != null) {
                sent.reset();
              }
            });
  }

  private void receive(HttpClientResponse response) {
    reply = Optional.of(response);
    response.exceptionHandler(this::endedEarly);
    response.handler(chunk -> append(response, chunk));
    response.endHandler(end -> read(response));
  }

  private void append(HttpClientResponse response, Buffer chunk) {
    if (answer.future().isComplete()) {
      return;
    }
    int room = endpoint.maxBytes() - body.length();
    if (chunk.length() <= room) {
      body.appendBuffer(chunk);
    } else if (response.statusCode() < 300) {
      answer.tryFail(
          new ModelFailure.TooLong(
              redacted(
                  "%s sent more than %,d bytes and was cut off"
                      .formatted(endpoint.name(), endpoint.maxBytes())),
              received()));
    } else {
      body.appendBuffer(chunk, 0, room);
      read(response);
    }
  }

  private void read(HttpClientResponse response) {
    if (answer.future().isComplete()) {
      return;
    }
    HttpReply reply =
        new HttpReply(
            response.statusCode(),
            name -> response.getHeader(name),
            body.getBytes(),
            endpoint.redactor());
    // Before the caller has the answer, so that no further call starts meanwhile.
    rates.accept(RateHeaders.of(reply, Instant.now()));
    try {
      answer.tryComplete(ReplyReader.read(endpoint.name(), request, reply));
    } catch (ModelFailure failure) {
      answer.tryFail(failure.with(raw()));
    } catch (RuntimeException failure) {
      answer.tryFail(failure);
    }
  }

  private void deadline() {
    fail(
        "%s sent no complete answer within %d s"
            .formatted(endpoint.name(), endpoint.timeout().toSeconds()),
        // One that began and does not end may be this request's own.
        reply.isPresent() ? Remedy.ASK_AGAIN : Remedy.WAIT);
  }

  private void endedEarly(Throwable failure) {
    fail(
        "%s ended its answer early, after %,d bytes: %s"
            .formatted(endpoint.name(), body.length(), failure.getMessage()),
        Remedy.ASK_AGAIN);
  }

  private void unreachable(Throwable failure) {
    Unreachable reason = Unreachable.of(endpoint, failure);
    fail(reason.sentence(), reason.remedy());
  }

  private void fail(String message, Remedy remedy) {
    answer.tryFail(
        new ModelFailure.Unavailable(redacted(message), remedy, Optional.empty(), received())
            .with(raw()));
  }

  private Optional<RawReply> raw() {
    return reply.map(
        response ->
            RawReply.of(
                response.statusCode(),
                Optional.ofNullable(response.getHeader("Content-Type")),
                body.getBytes(),
                endpoint.redactor()));
  }

  private String redacted(String message) {
    return endpoint.redactor().redact(message);
  }

  /** What may be billed: nothing before a connection was there. */
  private ModelResponse.Usage received() {
    return sent == null
        ? ModelResponse.Usage.NONE
        : ModelResponse.Usage.ofBytes(request, body.length());
  }
}
