"""Lines of JSON in, lines of JSON out: how a peer is asked, and how it answers."""

import json
import os
import sys
import traceback


class Dialogue:
    """Questions on standard input; answers on what was standard output, which is standard error from now on."""

    def __init__(self):
        self._out = os.fdopen(os.dup(1), "w")
        os.dup2(2, 1)

    def next(self):
        """The next question; ends the program when there are no more."""
        line = sys.stdin.readline()
        if not line:
            raise SystemExit(0)
        return json.loads(line)

    def answer(self, reply):
        self._out.write(json.dumps(reply) + "\n")
        self._out.flush()

    def __enter__(self):
        return self

    def __exit__(self, kind, failure, trace):
        if failure is not None and not isinstance(failure, SystemExit):
            traceback.print_exc()
            self.answer({"error": f"{type(failure).__name__}: {failure}"})
            raise SystemExit(1)
