"""A check for whoever has a GPU for fifteen minutes: is ops.py right on it, and how fast. See README.md."""

import argparse
import dataclasses
import json
import math
import pathlib
import platform
import signal
import sys
import time
import warnings

warnings.filterwarnings("ignore")

import torch

import correctness
import speed


class OutOfTime(BaseException):
    """The alarm went; not an Exception, so that no part takes it for a failure of its own."""


class Clock:
    """The time a run may take, of which the last seconds are kept for the table."""

    def __init__(self, seconds):
        self.end = time.monotonic() + seconds - 5

    def left(self):
        return self.end - time.monotonic()

    def start(self):
        def ring(*_):
            raise OutOfTime

        signal.signal(signal.SIGALRM, ring)
        signal.alarm(max(1, int(self.left())))


class Table:
    """Rows as they are measured; JSON is written with each, so that a run cut short leaves what it had."""

    WORDS = "{:<45} {:>8} {:<10} {:>8} {:<7} {}"
    SHORT = {"relative error": "rel. error", "part that differs": "part"}

    def __init__(self, machine, file):
        self.machine, self.file, self.rows, self.measures, self.lost = machine, file, [], [], 0
        print(f"machine: {machine}", flush=True)

    def _add(self, name, value, unit, shown, verdict, peer, bound=None, least=None, most=None, runs=1):
        text = "-" if value is None else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
        self.rows.append(self.WORDS.format(name, text, self.SHORT.get(unit, unit), shown, verdict, peer).rstrip())
        print(self.rows[-1], flush=True)
        self.lost += verdict == "MISSED"
        self.silent(name, value, unit, peer, bound, least, most, runs)

    def silent(self, name, value, unit, peer, bound=None, least=None, most=None, runs=1):
        """For JSON alone."""
        if value is not None and math.isfinite(value):
            least, most = value if least is None else least, value if most is None else most
            keys = ["name", "value", "unit", "peer", "floor", "min", "max", "runs"]
            self.measures.append(dict(zip(keys, [name, value, unit, peer, bound, least, most, runs])))
        self.write()

    def write(self):
        if self.file:
            made = {"bench": "gpu", "machine": self.machine, "measures": self.measures}
            pathlib.Path(self.file).write_text(json.dumps(made, indent=2) + "\n")

    def ceiling(self, name, value, unit, bound, peer):
        self._add(name, value, unit, f"<= {bound:g}", "kept" if value <= bound else "MISSED", peer, bound)

    def floor(self, name, value, unit, bound, peer):
        if bound is None:
            self.plain(name, value, unit, peer)
        else:
            self._add(name, value, unit, f">= {bound:g}", "kept" if value >= bound else "MISSED", peer, bound)

    def plain(self, name, value, unit, peer, least=None, most=None, runs=1):
        span = f"{least:,.0f} to {most:,.0f} in {runs} runs; " if runs > 1 else ""
        self._add(name, value, unit, "", "", span + peer, None, least, most, runs)

    def missed(self, name, cause):
        self._add(name, None, "", "", "MISSED", f"{type(cause).__name__}: {first_line(cause)}")

    def skipped(self, name, cause):
        self._add(name, None, "", "", "skipped", first_line(cause))

    def print(self):
        print("\n" + self.WORDS.format("measure", "value", "unit", "bound", "", "peer or what it says").rstrip())
        print("\n".join(self.rows))
        skipped = sum(" skipped " in row for row in self.rows)
        also = f", {skipped} skipped" if skipped else ""
        print((f"{self.lost} missed" if self.lost else "all bounds are kept") + also, flush=True)


def first_line(cause):
    lines = str(cause).strip().splitlines()
    return lines[0][:160] if lines else "no message"


def machine(device):
    name = torch.cuda.get_device_name() if device != "cpu" else f"{platform.machine()} CPU"
    return f"{name}, PyTorch {torch.__version__}, Python {platform.python_version()}"


def parts(options, clock):
    """Name, least seconds, and what it does with the table, in order of what one wants to know first."""
    device, scale = options.device, speed.TINY if options.tiny else speed.FULL
    if options.passes:
        scale = dataclasses.replace(scale, passes=tuple(int(tokens) for tokens in options.passes.split(",")))
    every = [
        ("correctness, float32", 10, lambda t: correctness.check(t, device, False)),
        ("correctness, bfloat16", 10, lambda t: correctness.check(t, device, True)),
        ("SFT", 60, lambda t: speed.sft(t, scale, device, clock)),
        ("sampling", 45, lambda t: speed.sampling(t, scale, device, clock)),
        ("KTO", 60, lambda t: speed.kto(t, scale, device, clock)),
        ("executor", 40, lambda t: speed.optimised(t, scale, device, clock)),
    ]
    if options.profile:
        # Before the executor's part: that one may spend what is left on compiling.
        every.insert(5, ("profile", 30, lambda t: profiled(options.profile, scale, device)))
    wanted = options.only.split(",") if options.only else [name for name, _, _ in every]
    return [part for part in every if any(part[0].startswith(word) for word in wanted)]


def profiled(file, scale, device):
    with open(file, "w") as out:
        speed.profile(scale, device, out)


def main():
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--device", default="cuda", choices=["cuda", "cpu"])
    ask.add_argument("--seconds", type=int, default=420, help="time for all of it; what does not fit is skipped")
    ask.add_argument("--only", help="beginnings of parts' names: correctness,SFT,sampling,KTO,profile,executor")
    ask.add_argument("--tiny", action="store_true", help="speed of a tiny student, no floors: only whether it runs")
    ask.add_argument("--passes", help="tokens of a pass in SFT and KTO, smallest first, such as 2048,4096,16384")
    ask.add_argument("--json", help="file for the measures")
    ask.add_argument("--profile", help="file for the kernels that take the most time")
    options = ask.parse_args()
    if options.device == "cuda" and not torch.cuda.is_available():
        print("PyTorch sees no GPU here; --device cpu checks what can be checked without one", file=sys.stderr)
        return 2
    clock = Clock(options.seconds)
    table = Table(machine(options.device), options.json)
    # What runs on the CPU is tiny; the rest is the GPU's.
    torch.set_num_threads(1 if options.device == "cpu" else 4)
    try:
        clock.start()
        for name, least, run in parts(options, clock):
            if options.device == "cpu" and not options.tiny and not name.startswith("correctness"):
                table.skipped(name, "no GPU; --tiny tries the code alone")
            elif clock.left() < least:
                table.skipped(name, "time")
            else:
                measured(table, name, run, clock)
    except OutOfTime:
        table.skipped("the rest", "time")
    signal.alarm(0)
    table.print()
    return 1 if table.lost else 0


def measured(table, name, run, clock):
    print(f"{name}: {clock.left():.0f} s left", flush=True)
    try:
        run(table)
    except Exception as e:
        table.missed(name, e)
    speed.released("cuda" if torch.cuda.is_available() else "cpu")


if __name__ == "__main__":
    sys.exit(main())
