"""Lines of JSON in, lines of JSON out: what infra/bench asks a peer and how it answers."""

import json
import os
import sys
import traceback


def questions(answer):
    """Answers each question until there are no more; everything else that is printed goes to stderr."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        try:
            reply = answer(json.loads(line))
        except Exception as failure:
            traceback.print_exc()
            reply = {"error": f"{type(failure).__name__}: {failure}"}
        out.write(json.dumps(reply) + "\n")
        out.flush()
