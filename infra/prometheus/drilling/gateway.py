"""An HTTP server between the agents and a model, which passes requests on or answers as a broken endpoint does."""

import http.client
import http.server
import json
import re
import threading
import urllib.parse

PAGE = b"<html><body>502 Bad Gateway</body></html>"
WAIT_SECONDS = 120


def passes(path, request, forward):
    return forward(request)


def answers(status, message):
    """Every request gets this status."""
    body = json.dumps({"error": {"message": message}}).encode()
    return lambda path, request, forward: (status, "application/json", body)


def refuses_every_second():
    """One request in two is refused as one that the endpoint does not understand."""
    lock, refused = threading.Lock(), [0]

    def behave(path, request, forward):
        with lock:
            refused[0] += 1
            turn = refused[0] % 2
        return answers(400, "bad request")(path, request, forward) if turn else forward(request)

    return behave


def garbles_one_problem():
    """The first request that comes gets a page each time it is asked, and so does no other."""
    lock, victims = threading.Lock(), []

    def behave(path, request, forward):
        text = json.dumps(json.loads(request or b"{}").get("messages"))
        with lock:
            if not victims:
                victims.append(text)
        return (200, "text/html", PAGE) if text == victims[0] else forward(request)

    return behave


def samples_greedily(path, request, forward):
    """Whatever temperature is asked for, it samples at 0."""
    asked = json.loads(request) if request else {}
    return forward(json.dumps({**asked, "temperature": 0}).encode() if asked else request)


def claims_other_probabilities(nats):
    """The log-probability of each token is lower by so much than that by which it was sampled."""

    def lowered(match):
        numbers = [str(float(number) - nats) for number in match[2].split(b",") for number in [number.decode()]]
        return match[1] + ",".join(numbers).encode() + b"]"

    def behave(path, request, forward):
        status, kind, body = forward(request)
        return status, kind, re.sub(rb'("token_logprobs":\[)([-0-9.eE, ]+)\]', lowered, body)

    return behave


class Gateway:
    """Listens on a free port of 127.0.0.1; `behaves` is what it does with requests."""

    def __init__(self, model):
        self.model = urllib.parse.urlsplit(model)
        self.behaves = passes
        gateway = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                self._reply(self.rfile.read(int(self.headers.get("Content-Length", 0))))

            def do_GET(self):
                self._reply(b"")

            def _reply(self, request):
                try:
                    status, kind, body = gateway.behaves(
                        self.path, request, lambda changed: gateway.forward(self.command, self.path, changed)
                    )
                except OSError as error:
                    status, kind, body = answers(502, str(error))(self.path, request, None)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda *_: None  # a client that has left
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def forward(self, method, path, request):
        connection = http.client.HTTPConnection(self.model.hostname, self.model.port, timeout=WAIT_SECONDS)
        try:
            connection.request(method, path, request or None, {"Content-Type": "application/json"})
            reply = connection.getresponse()
            return reply.status, reply.getheader("Content-Type", "application/json"), reply.read()
        finally:
            connection.close()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
