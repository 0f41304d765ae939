"""The GSM8K filters of lm-evaluation-harness, strict-match and flexible-extract, with the patterns of its own task file."""

import json
import os
import re
import time

import lm_eval
import yaml
from answering import Dialogue
from lm_eval.filters.extraction import RegexFilter


def task_file():
    with open(os.path.join(os.path.dirname(lm_eval.__file__), "tasks/gsm8k/gsm8k.yaml"), encoding="utf-8") as file:
        return yaml.safe_load(file)


def regex_filter(task, name):
    steps = next(f["filter"] for f in task["filter_list"] if f["name"] == name)
    options = {k: v for k, v in steps[0].items() if k != "function"}
    return RegexFilter(**options)


def plain(text, ignored):
    for pattern in ignored:
        text = pattern.sub("", text)
    return text.lower()


def verdicts(by, rows, ignored):
    found = by.apply([[row["completion"]] for row in rows], [{}] * len(rows))
    return [plain(f[0], ignored) == plain(row["reference"], ignored) for f, row in zip(found, rows)]


task = task_file()
filters = {"strict": regex_filter(task, "strict-match"), "flexible": regex_filter(task, "flexible-extract")}
ignored = [re.compile(pattern) for pattern in task["metric_list"][0]["regexes_to_ignore"]]

with Dialogue() as dialogue:
    while True:
        asked = dialogue.next()
        with open(asked["file"], encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        begin = time.process_time()
        for _ in range(asked["passes"]):
            answer = {name: verdicts(by, rows, ignored) for name, by in filters.items()}
        answer["seconds"] = time.process_time() - begin
        answer["peer"] = "lm-evaluation-harness " + lm_eval.__version__
        dialogue.answer(answer)
