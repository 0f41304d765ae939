package orcaflow.cli.page;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;

/** Whom the page answers, and what a browser may do with the answer. */
final class PageGuard {

  private static final Set<String> NAMES = Set.of("127.0.0.1", "localhost", "[::1]");
  private static final String TOKEN = "X-Orcaflow-Token";

  private static final String POLICY =
      String.join(
          "; ",
          List.of(
              "default-src 'none'",
              "script-src 'self'",
              "style-src 'self'",
              "connect-src 'self'",
              "img-src 'self'",
              "base-uri 'none'",
              "form-action 'none'",
              "frame-ancestors 'none'"));

  private final PageToken token;

  PageGuard(PageToken token) {
    this.token = token;
  }

  /** Lets through requests for a loopback name, and sets the headers of the answer. */
  static void own(RoutingContext context) {
    HttpServerResponse response = context.response();
    response
        .putHeader("Content-Security-Policy", POLICY)
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("Cross-Origin-Resource-Policy", "same-origin")
        .putHeader("Cross-Origin-Opener-Policy", "same-origin")
        .putHeader("Cache-Control", "no-store");
    HostAndPort authority = context.request().authority();
    if (authority == null || !NAMES.contains(authority.host())) {
      Replies.fail(context, 421, "the page is served under 127.0.0.1 and localhost only");
    } else {
      context.next();
    }
  }

  /**
   * Lets through who has the token and comes from this page: another site has another origin, and
   * cannot send the header.
   */
  void may(RoutingContext context) {
    HttpServerRequest request = context.request();
    String origin = request.getHeader("Origin");
    boolean own =
        origin == null
            ? request.method() == HttpMethod.GET
            : origin.equals("http://" + request.authority());
    if (own && token.is(request.getHeader(TOKEN))) {
      context.next();
    } else {
      Replies.fail(context, 403, "open the page by the link of the terminal to change something");
    }
  }
}
