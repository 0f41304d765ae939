"""Processes of the drill, each in a group of its own with its output in a file."""

import os
import re
import signal
import socket
import subprocess
import time

END_SECONDS = 40


class CannotDrill(Exception):
    """Something else than an alert is not as it must be; a sentence."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(what, seconds, holds, pause=0.5):
    """The first true value that `holds` gives, asked again and again."""
    end = time.monotonic() + seconds
    while True:
        value = holds()
        if value:
            return value
        if time.monotonic() > end:
            raise CannotDrill(f"{what}: not so within {seconds:.0f} s")
        time.sleep(pause)


class Process:
    """A program that can be started, frozen, killed and started again."""

    def __init__(self, name, command, folder, variables=None):
        self.name, self.command, self.log = name, command, folder / f"{name}.log"
        self.variables = variables or {}
        self.process = None

    def start(self):
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [str(word) for word in self.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.variables},
                start_new_session=True,
            )

    def lives(self):
        return self.process is not None and self.process.poll() is None

    def said(self):
        return self.log.read_text(errors="replace")

    def says(self, pattern, seconds=240):
        """The first group of a line of its output."""

        def found():
            match = re.search(pattern, self.said())
            if not match and not self.lives():
                raise CannotDrill(f"{self.name} ended by itself: {self.said()[-1500:]}")
            return match

        return until(f"{self.name} says '{pattern}'", seconds, found)[1]

    def freeze(self):
        self._signal(signal.SIGSTOP)

    def thaw(self):
        self._signal(signal.SIGCONT)

    def kill(self):
        self._signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """Ends it in order, or at once where that takes too long."""
        if not self.lives():
            return
        self._signal(signal.SIGCONT)
        self._signal(signal.SIGTERM)
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def _signal(self, number):
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            pass
