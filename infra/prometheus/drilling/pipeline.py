"""A run whose services are processes of their own, on 127.0.0.1, with everything that a fault needs to touch."""

import itertools
import subprocess
import threading
import time
import urllib.request

import removal
from gateway import Gateway
from processes import CannotDrill, Process, free_port, until

RUN, PARTITIONS = "drill", 2
QUESTIONS = "validation.jsonl"
FEED_ROWS, FEED_SECONDS = 120, 60
JAVA = {"ORCAFLOW_HEAP": "640m", "ORCAFLOW_JAVA_OPTS": "-XX:TieredStopAtLevel=1"}

RECIPE = """\
name: drill
seed: 7
expansion: {{ askShare: 0.25, rounds: 1 }}
student: {{ hidden: 32, layers: 1, heads: 2, keyValueHeads: 1, feedForward: 64, context: 128, words: 200 }}
rollouts:   {{ samples: 4, temperature: 0.7, topP: 0.95, maxTokens: 24 }}
evaluation: {{ samples: 1, temperature: 0.7, topP: 0.95, maxTokens: 24 }}
labelling: rollouts
iterations:
  - {{ name: M1, algorithm: sft, rows: 250, steps: 250, batch: 16, learningRate: 3e-3, warmup: 5, schedule: cosine, finalFraction: 0.05, weightDecay: 0.01, beta2: 0.95, clip: 1.0 }}
continuous: {{ name: M, algorithm: kto, rows: 300, share: 0.5, problems: 100, maxAge: 1, reference: start, steps: 20, epochs: 1, batch: 16, learningRate: {rate}, warmup: 2, schedule: constant, finalFraction: 0.0, beta: 0.1, weightDecay: 0.01, beta2: 0.95, clip: 1.0, weightRatio: 1.16 }}
gate: {{ margin: 0.5 }}
"""
RATE = "1e-7"


class Pipeline:
    """Its services by name: agents, streams, trainer, policies, watch."""

    def __init__(self, root, folder, say):
        self.root, self.folder, self.say = root, folder, say
        self.processes, self.ports, self.gateways = {}, {}, []
        self.retarget = lambda ports: None
        self.ending, self.letting_in = threading.Event(), threading.Lock()
        folder.mkdir()

    def start(self):
        self._stack()
        self._recipe(RATE)
        self._services()
        self._problems()
        self.say("a run of separate services is up; it trains its first policies")
        until("policy 2 is there", 600, lambda: self.published() >= 2)
        until("groups are graded", 300, lambda: self.value("streams", "orcaflow_grade_groups_total") > 0)

    def stop(self):
        self.ending.set()
        for process in reversed(self.processes.values()):
            process.stop()
        for gateway in self.gateways:
            gateway.stop()

    # What faults touch.

    def process(self, name):
        return self.processes[name]

    def train(self, rate):
        """The trainer starts again with a recipe whose repeated iteration has this learning rate."""
        self.processes["trainer"].stop()
        self._recipe(rate)
        self._start("trainer")

    def restart(self, name, elsewhere=False):
        """Starts a service that has ended; `elsewhere`: its metrics are at another port, as those of a new run are."""
        if elsewhere:
            self.ports[name] = free_port()
            self.processes[name].variables[f"ORCAFLOW_{name.upper()}_OBSERVE_PORT"] = str(self.ports[name])
            self.retarget(self.ports.values())
        self._start(name)

    def remove(self, topic):
        removal.remove_records(self.bootstrap, f"{RUN}.{topic}", PARTITIONS)

    def feed(self):
        """Lets the next problems in. One command at a time: a second one would take over from the first."""
        with self.letting_in:
            rows = list(itertools.islice(self.rows, FEED_ROWS))
            if not rows:
                raise CannotDrill("the problems are used up")
            chunk = self.folder / "chunk.jsonl"
            chunk.write_text("".join(rows))
            self._orcaflow("seed", chunk, *self._cluster())

    def value(self, service, metric, **labels):
        """The sum of a metric's series at a service; 0 where it does not answer."""
        url = f"http://127.0.0.1:{self.ports[service]}/metrics"
        try:
            with urllib.request.urlopen(url, timeout=5) as reply:
                lines = reply.read().decode().splitlines()
        except OSError:
            return 0
        wanted = [f'{name}="{value}"' for name, value in labels.items()]
        return sum(
            float(line.rsplit(" ", 1)[1])
            for line in lines
            if line.startswith((metric + "{", metric + " ")) and all(label in line for label in wanted)
        )

    def published(self):
        return self.value("trainer", "orcaflow_train_iteration") - self.value("trainer", "orcaflow_train_policy_lag")

    # How it comes up.

    def _stack(self):
        stack = self._add("stack", ["stack", "--dir", self.folder / "stack"])
        model = self._add("scripted-model", ["scripted-model"])
        self.bootstrap = stack.says(r"(?m)^kafka +(\S+:\d+)")
        self.registry = stack.says(r"(?m)^registry +(http\S+)")
        self._orcaflow("topics", "apply", *self._cluster(), "--partitions", PARTITIONS)
        self.model = model.says(r"scripted model: (\S+?)(?:/v1)?\s")
        self.teacher = self._gateway(self.model)

    def _services(self):
        questions = ["--kind", "benchmark", "--count", 200, "--seed", 3, "--out", self.folder / QUESTIONS]
        self._orcaflow("problem-set", *questions)
        recipe = {"ORCAFLOW_RECIPE": self.folder / "recipe.yaml"}
        trained = {**recipe, "ORCAFLOW_TRAINER_DIR": self.folder / "trainer"}
        self._service("streams", {**recipe, "ORCAFLOW_STREAMS_ENGINE_STATE_DIR": self.folder / "streams"})
        self._service(
            "trainer",
            {
                **trained,
                "ORCAFLOW_TRAINER_SERVER_ENABLED": "false",
                "ORCAFLOW_TRAINER_TRAIN_OPEN_AFTER_ROWS": 300,
                "ORCAFLOW_TRAINER_TRAIN_OPEN_AFTER_QUIET_SECONDS": 30,
            },
        )
        policies = self._service("policies", {**trained, "ORCAFLOW_TRAINER_TRAIN_ENABLED": "false"}, "trainer")
        self.student = self._gateway(policies.says(r"policies on (http://[^,\s]+)"))
        models = {"AGENTS": self.model, "JUDGE": self.model, "TEACHER": self.teacher.url, "STUDENT": self.student.url}
        urls = {f"ORCAFLOW_AGENTS_ENDPOINTS_{role}_URL": url for role, url in models.items()}
        self._service(
            "agents",
            {
                **urls,
                "ORCAFLOW_EXPANSION_ROUNDS": 1,
                "ORCAFLOW_AGENTS_STATE_DIR": self.folder / "agents",
                "ORCAFLOW_AGENTS_ENDPOINTS_TEACHER_REQUESTS_PER_MINUTE": 300,
            },
        )
        self.ports["watch"] = free_port()
        self._add("watch", ["watch", *self._cluster(), "--dir", self.folder, "--port", self.ports["watch"]])
        self.retarget(self.ports.values())

    def _problems(self):
        file = self.folder / "problems.jsonl"
        self._orcaflow("problem-set", "--kind", "seeds", "--count", 8000, "--seed", 11, "--out", file)
        self.rows = iter(file.read_text().splitlines(keepends=True))
        self.feed()
        threading.Thread(target=self._keep_feeding, daemon=True).start()

    def _keep_feeding(self):
        while not self.ending.wait(FEED_SECONDS):
            try:
                self.feed()
            except CannotDrill as problem:
                self.say(f"no problems were let in: {problem}")

    def _recipe(self, rate):
        (self.folder / "recipe.yaml").write_text(RECIPE.format(rate=rate))

    def _cluster(self):
        return ["--bootstrap", self.bootstrap, "--registry", self.registry, "--run", RUN]

    def _gateway(self, model):
        self.gateways.append(Gateway(model))
        return self.gateways[-1]

    def _service(self, name, settings, kind=None):
        """A service with the file that it prints, and these settings in its environment."""
        kind = kind or name
        file = self.folder / f"{name}.yaml"
        settled = self._orcaflow(kind, "--print-config")
        file.write_text(settled.replace("# validation: validation.jsonl", f"validation: {self.folder / QUESTIONS}"))
        self.ports[name] = free_port()
        variables = {
            **settings,
            "ORCAFLOW_CLUSTER_BOOTSTRAP": self.bootstrap,
            "ORCAFLOW_CLUSTER_REGISTRY": self.registry,
            "ORCAFLOW_CLUSTER_RUN": RUN,
            f"ORCAFLOW_{kind.upper()}_OBSERVE_PORT": self.ports[name],
        }
        return self._add(name, [kind, "--config", file], {key: str(value) for key, value in variables.items()})

    def _add(self, name, arguments, variables=None):
        command = [self.root / "orcaflow", *arguments]
        self.processes[name] = Process(name, command, self.folder, {**JAVA, **(variables or {})})
        self._start(name, wait=variables is not None)
        return self.processes[name]

    def _start(self, name, wait=True):
        process = self.processes[name]
        process.start()
        if wait:
            process.says(r"(run '\w+')")
        time.sleep(0.2)

    def _orcaflow(self, *arguments):
        command = [str(word) for word in (self.root / "orcaflow", *arguments)]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=300, check=False, stdin=subprocess.DEVNULL
        )
        if done.returncode:
            raise CannotDrill(f"./orcaflow {arguments[0]} ended with status {done.returncode}: {done.stderr[-600:]}")
        return done.stdout
