package orcaflow.cli.page;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.concurrent.Callable;
import orcaflow.cli.lineage.UnknownId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers in JSON. */
final class Replies {

  private static final Logger LOG = LoggerFactory.getLogger(Replies.class);

  private final Vertx vertx;

  Replies(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Makes a view beside the event loop, as it may read topics. */
  void reply(RoutingContext context, Callable<Object> view) {
    vertx
        .executeBlocking(() -> Buffer.buffer(ViewJson.bytes(view.call())), false)
        .onSuccess(
            json ->
                context
                    .response()
                    .putHeader("Content-Type", "application/json; charset=utf-8")
                    .end(json))
        .onFailure(failure -> failed(context, failure));
  }

  private static void failed(RoutingContext context, Throwable failure) {
    if (failure instanceof UnknownId) {
      fail(context, 404, failure.getMessage());
    } else if (failure instanceof PageChanges.Refused) {
      fail(context, 400, failure.getMessage());
    } else {
      LOG.error("{} cannot be shown", context.request().path(), failure);
      fail(context, 500, String.valueOf(failure.getMessage()));
    }
  }

  /** An error in one sentence. */
  static void fail(RoutingContext context, int status, String sentence) {
    context
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json; charset=utf-8")
        .end(ViewJson.of(Map.of("error", sentence)));
  }
}
