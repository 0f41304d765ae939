"""The rules as Prometheus gets them: those of the project, with every duration divided by one number."""

import re

# The time before an alert fires, ranges, and offsets. Thresholds are numbers without a unit, so they are not touched.
DURATION = re.compile(r"(?P<before>\[|\bfor: |\boffset )(?P<number>\d+)(?P<unit>[smh])\b")
SECONDS = {"s": 1, "m": 60, "h": 3600}


def scaled(text, factor):
    """The text of a rule file with its durations divided by the factor, to whole milliseconds."""

    def divided(match):
        millis = round(int(match["number"]) * SECONDS[match["unit"]] * 1000 / factor)
        return f"{match['before']}{millis}ms"

    return text if factor == 1 else DURATION.sub(divided, text)


def alerts(text):
    """The names of the alerts of a rule file, in its order."""
    return re.findall(r"- alert: (\w+)", text)


def longest_seconds(text):
    """The longest duration of a rule file."""
    return max(int(match["number"]) * SECONDS[match["unit"]] for match in DURATION.finditer(text))
