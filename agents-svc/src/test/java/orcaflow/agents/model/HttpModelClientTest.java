package orcaflow.agents.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HttpModelClientTest {

  @Test
  void aRequestAfterTheEndIsNotSentAndNobodyComplains() throws Exception {
    // With one event loop what is run on it later runs after the request.
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    List<Throwable> unhandled = new CopyOnWriteArrayList<>();
    vertx.exceptionHandler(unhandled::add);
    Endpoint nobody =
        new Endpoint(URI.create("http://127.0.0.1:1"), Optional.empty(), 1, Duration.ofSeconds(1));
    try (HttpModelClient client = new HttpModelClient(vertx, nobody)) {
      client.close();
      Future<ModelResponse> answer = client.ask(Questions.of("What is 1 + 1?"));
      Promise<Void> later = Promise.promise();
      vertx.runOnContext(run -> later.complete());
      await(later.future());
      assertThat(unhandled).isEmpty();
      assertThat(answer.isComplete()).isFalse();
    } finally {
      await(vertx.close());
    }
  }

  private static void await(Future<Void> future) throws Exception {
    future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}
