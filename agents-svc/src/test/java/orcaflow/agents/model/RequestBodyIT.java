package orcaflow.agents.model;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import orcaflow.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What settings add to a request, as a remote endpoint sees it. */
@Timeout(Await.LIMIT_SECONDS)
class RequestBodyIT {

  private static final String CHAT = "/v1/chat/completions";
  private static final String GOOD =
      "{\"choices\":[{\"message\":{\"content\":\"hello\"},\"finish_reason\":\"stop\"}]}";

  WireMockServer server;
  Vertx vertx;
  HttpModelClient http;

  @BeforeEach
  void start() {
    server = new WireMockServer(wireMockConfig().bindAddress("127.0.0.1").dynamicPort());
    server.start();
    vertx = Vertx.vertx();
    http =
        new HttpModelClient(
            vertx,
            new Endpoint(
                URI.create(server.baseUrl()), Optional.empty(), 4, Duration.ofSeconds(10)));
  }

  @AfterEach
  void stop() throws Exception {
    http.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    server.stop();
  }

  @Test
  void aReplyByASchemaIsAskedForWhereTheEndpointHasSchemas() throws Exception {
    ReplyForm form =
        ReplyForm.orCannot(
            "problem",
            "Say it.",
            "problem",
            ReplyForm.string(),
            p -> "PROBLEM: " + ReplyForm.line(p));
    ModelRequest request =
        new ModelRequest(
            "edit",
            "m",
            Optional.empty(),
            request().messages(),
            request().sampling(),
            0,
            Optional.of(form));
    server.stubFor(
        post(CHAT)
            .withRequestBody(
                matchingJsonPath("$.response_format.json_schema.schema.properties.problem"))
            .willReturn(
                aResponse()
                    .withStatus(200)
                    .withBody(
                        GOOD.replace(
                            "hello", "{\\\"problem\\\":\\\"a\\\",\\\"cannot\\\":\\\"\\\"}"))));
    assertThat(Questions.response(StructuredModelClient.whereOffered(http).ask(request)).text())
        .isEqualTo("PROBLEM: a");
    assertThat(Questions.cause(StructuredModelClient.never(http).ask(request)))
        .as("no schema is sent, which this server does not know")
        .isInstanceOf(ModelFailure.class);
  }

  @Test
  void theServiceTierIsAskedForAndTheReplysOneIsBilled() throws Exception {
    Endpoint flex =
        new Endpoint(
            URI.create(server.baseUrl()),
            Optional.empty(),
            1,
            Duration.ofSeconds(10),
            Endpoint.MAX_BYTES,
            Transport.DIRECT,
            Optional.of("flex"));
    server.stubFor(
        post(CHAT)
            .withRequestBody(matchingJsonPath("$[?(@.service_tier == 'flex')]"))
            .willReturn(
                aResponse().withBody(GOOD.replaceFirst("\\{", "{\"service_tier\":\"default\","))));
    try (HttpModelClient client = new HttpModelClient(vertx, flex)) {
      assertThat(Questions.response(client.ask(request())).usage().tier()).contains("default");
    }
  }

  private static ModelRequest request() {
    return Questions.of("hi");
  }
}
