package orcaflow.agents.model;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A forward proxy on loopback: CONNECT for https, absolute URLs for http. */
final class ForwardProxy {

  private final NetClient tunnels;
  private final HttpClient http;
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final int port;

  ForwardProxy(Vertx vertx) {
    tunnels = vertx.createNetClient();
    http = vertx.createHttpClient();
    port =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> {
                  seen.add(request.method() + " " + request.uri());
                  if (request.method() == HttpMethod.CONNECT) {
                    tunnel(request);
                  } else {
                    forward(request);
                  }
                })
            .listen(0, "127.0.0.1")
            .map(HttpServer::actualPort)
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  /** The requests that went through. */
  List<String> seen() {
    return seen;
  }

  private void tunnel(HttpServerRequest request) {
    String[] to = request.uri().split(":");
    tunnels
        .connect(Integer.parseInt(to[1]), to[0])
        .onSuccess(server -> request.toNetSocket().onSuccess(client -> join(client, server)))
        .onFailure(away -> request.response().setStatusCode(502).end());
  }

  private static void join(NetSocket client, NetSocket server) {
    client.handler(server::write);
    server.handler(client::write);
    client.closeHandler(closed -> server.close());
    server.closeHandler(closed -> client.close());
  }

  private void forward(HttpServerRequest request) {
    request.bodyHandler(
        body ->
            http.request(
                    new RequestOptions().setMethod(request.method()).setAbsoluteURI(request.uri()))
                .compose(out -> out.send(body))
                .compose(
                    in ->
                        in.body()
                            .onSuccess(
                                reply ->
                                    request.response().setStatusCode(in.statusCode()).end(reply)))
                .onFailure(away -> request.response().setStatusCode(502).end()));
  }
}
