"""The operator's drill: each alert fires once by a fault that is injected for it, and ends."""

import argparse
import os
import pathlib
import shutil
import signal
import sys
import tempfile
import time

import rules
from collector import Collector
from faults import DRILLS
from pipeline import Pipeline
from processes import CannotDrill

HERE = pathlib.Path(__file__).resolve().parent.parent
ROOT = HERE.parent.parent
MOST = 20  # the shortest range of a rule then still holds three scrapes


def options():
    parser = argparse.ArgumentParser(prog="infra/prometheus/drill", description=__doc__)
    parser.add_argument("--factor", type=float, default=10, help="divides the durations of the rules (10); 1: as they are")
    parser.add_argument("--only", default="", help="alerts by parts of their names, with commas between: Breaker,Calls")
    parser.add_argument("--scrape", type=int, default=2, help="seconds between scrapes, and between evaluations (2)")
    parser.add_argument("--patience", type=int, default=420, help="seconds an alert may take beside its durations (420)")
    parser.add_argument("--prometheus", default="prometheus", help="the program (prometheus, of Debian's package)")
    parser.add_argument("--keep", action="store_true", help="leave the folder with all logs")
    chosen = parser.parse_args()
    if not 1 <= chosen.factor <= MOST:
        parser.error(f"--factor is {chosen.factor:g}: it has to be 1 to {MOST}")
    if chosen.scrape < 1:
        parser.error(f"--scrape is {chosen.scrape}: it has to be 1 or more")
    if shutil.which(chosen.prometheus) is None:
        parser.error(f"there is no program '{chosen.prometheus}': apt-get install prometheus")
    parts = [part.lower() for part in chosen.only.split(",") if part]
    for part in parts:
        if not any(part in drill.alert.lower() for drill in DRILLS):
            parser.error(f"--only has '{part}': no alert has that in its name")
    chosen.drills = [d for d in DRILLS if not parts or any(part in d.alert.lower() for part in parts)]
    return chosen


class Drilling:
    """One drill after the other, with what is seen of each."""

    def __init__(self, chosen, run, collector):
        self.run, self.collector = run, collector
        longest = max(rules.longest_seconds((HERE / file).read_text()) for file in ("alerts.yml", "recording.yml"))
        self.patience = chosen.patience + 3 * longest / chosen.factor
        self.began = time.monotonic()
        self.rows = []

    def say(self, text):
        print(f"[{time.monotonic() - self.began:5.0f} s] {text}", flush=True)

    def all(self, drills):
        for drill in drills:
            self.rows.append(self.one(drill))
        return all(row[2] is not None and row[4] is not None for row in self.rows)

    def one(self, drill):
        if self._until(lambda firing: drill.alert not in firing) is None:
            self.say(f"{drill.alert}: fires before its fault and does not end")
            return [drill.alert, drill.fault, None, drill.healed, None]
        before = set(self.collector.firing())
        self.say(f"{drill.alert}: {drill.fault}")
        began = time.monotonic()
        drill.inject(self.run)
        fired = self._until(lambda firing: drill.alert in firing, began)
        beside = set(self.collector.firing()) - before - {drill.alert}
        self.say(f"{drill.alert}: {'fires' if fired else 'DOES NOT FIRE'}{self._beside(beside)}; {drill.healed}")
        began = time.monotonic()
        drill.heal(self.run)
        resolved = None
        if fired:
            resolved = self._until(lambda firing: drill.alert not in firing, began)
            self.say(f"{drill.alert}: {'is resolved' if resolved else 'IS NOT RESOLVED'}")
        return [drill.alert, drill.fault, fired, drill.healed, resolved]

    @staticmethod
    def _beside(alerts):
        return f", and beside it {', '.join(sorted(alerts))}" if alerts else ""

    def table(self):
        lines = ["| alert | fault | fired after | healed by | resolved after |", "|---|---|--:|---|--:|"]
        order = rules.alerts((HERE / "alerts.yml").read_text())
        for alert, fault, fired, healed, resolved in sorted(self.rows, key=lambda row: order.index(row[0])):
            lines.append(f"| `{alert}` | {fault} | {seconds(fired)} | {healed} | {seconds(resolved)} |")
        return "\n".join(lines)

    def _until(self, holds, began=None):
        """The seconds since the begin once it holds; nothing where it never does."""
        began = began or time.monotonic()
        end = time.monotonic() + self.patience
        while time.monotonic() < end:
            if holds(self.collector.firing()):
                return time.monotonic() - began
            time.sleep(0.5)
        return None


def seconds(value):
    return "never" if value is None else f"{value:.0f} s"


def drilled(chosen, folder):
    collector = Collector(HERE, folder / "prometheus", chosen.prometheus, chosen.factor, chosen.scrape)
    run = Pipeline(ROOT, folder / "run", lambda text: drilling.say(text))
    run.retarget = collector.targets
    drilling = Drilling(chosen, run, collector)
    try:
        collector.start()
        missing = {d.alert for d in DRILLS} ^ set(collector.known())
        if missing:
            raise CannotDrill(f"alerts and drills differ: {', '.join(sorted(missing))}")
        print(f"{len(chosen.drills)} alerts, durations of the rules divided by {chosen.factor:g}; logs in {folder}")
        run.start()
        return drilling.all(chosen.drills)
    finally:
        for ending in (signal.SIGINT, signal.SIGTERM):
            signal.signal(ending, signal.SIG_IGN)  # a second Ctrl-C would leave processes behind
        print("stopping what was started", flush=True)
        run.stop()
        collector.stop()
        if drilling.rows:
            print(drilling.table())
            print(f"{len(drilling.rows)} alerts drilled in {(time.monotonic() - drilling.began) / 60:.0f} minutes")


def main():
    chosen = options()
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="orcaflow-drill-"))
    try:
        return 0 if drilled(chosen, folder) else 1
    except CannotDrill as problem:
        chosen.keep = True
        print(f"drill: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    finally:
        if chosen.keep:
            print(f"logs are in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main())
