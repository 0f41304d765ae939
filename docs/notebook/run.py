# %% [markdown]
# # A run in Python
# Reads three topics of a run into tables and draws its loss and its solve rates, cell by cell in a
# notebook or whole as a script. The environment says where the run is.

# %%
import io
import json
import os
import urllib.request

import fastavro
import pandas
from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition
from matplotlib import pyplot

KAFKA = os.environ["KAFKA"]  # such as 127.0.0.1:9092
REGISTRY = os.environ["REGISTRY"]  # such as http://127.0.0.1:8081/apis/ccompat/v7
RUN = os.environ.get("RUN", "main")

# %% [markdown]
# A value is a zero byte, four bytes with the id of its schema, and the Avro of one record.

# %%
schemas = {}


def schema(number):
    if number not in schemas:
        with urllib.request.urlopen(f"{REGISTRY}/schemas/ids/{number}", timeout=30) as reply:
            schemas[number] = fastavro.parse_schema(json.loads(json.load(reply)["schema"]))
    return schemas[number]


def decode(value):
    if value[0] != 0:
        raise ValueError(f"the value begins with byte {value[0]}, and not with 0")
    writer = schema(int.from_bytes(value[1:5], "big"))
    return fastavro.schemaless_reader(io.BytesIO(value[5:]), writer)


# %% [markdown]
# Some fields of every committed event of a topic. A consumer has to name a group; nothing is kept
# under this one.

# %%
def events(topic, *fields):
    consumer = Consumer(
        {
            "bootstrap.servers": KAFKA,
            "group.id": "notebook",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "isolation.level": "read_committed",
        }
    )
    name = f"{RUN}.{topic}"
    unread = set(consumer.list_topics(name, timeout=30).topics[name].partitions)
    if not unread:
        raise SystemExit(f"{KAFKA} has no topic {name}")
    consumer.assign([TopicPartition(name, partition, OFFSET_BEGINNING) for partition in unread])
    rows = []
    while unread:
        record = consumer.poll(30)
        if record is None:
            raise SystemExit(f"{KAFKA} sent nothing of {name} for 30 seconds")
        if record.error() and record.error().name() == "_PARTITION_EOF":
            unread.discard(record.partition())
        elif record.error():
            raise SystemExit(f"{KAFKA}: {record.error().str()}")
        elif "orcaflow.redriven" not in dict(record.headers() or []):
            rows.append(decode(record.value()))
    consumer.close()
    return pandas.DataFrame(rows, columns=fields)


# %%
steps = events("training-steps", "iteration", "step", "loss")
print(steps.groupby("iteration")["loss"].agg(["count", "first", "last"]))

# %%
print(events("policies", "version", "algorithm", "step", "examples").to_string(index=False))

# %% [markdown]
# The solve rate of a problem is the share of its rollouts that are right.

# %%
groups = events("graded-rollouts", "iteration", "problemId", "completions")
rollouts = groups.explode("completions")
rollouts["right"] = [completion["verdict"] == "MATCH" for completion in rollouts["completions"]]
rates = rollouts.groupby(["iteration", "problemId"])["right"].mean()
print(rates.groupby("iteration").agg(["count", "mean"]))

# %%
figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 3.2))
for name, iteration in steps.groupby("iteration", sort=False):
    left.plot(iteration["step"], iteration["loss"], label=name)
left.set(xlabel="step", ylabel="loss", xscale="log")
left.legend()
for number, rate in rates.groupby("iteration"):
    right.hist(rate, bins=9, range=(-0.0625, 1.0625), alpha=0.6, label=f"iteration {number}")
right.set(xlabel="solve rate", ylabel="problems")
right.legend()
figure.tight_layout()
figure.savefig("run.png", dpi=80)
