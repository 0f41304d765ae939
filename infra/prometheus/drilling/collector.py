"""Prometheus on a folder and a port of its own."""

import json
import urllib.error
import urllib.request

import rules
from processes import CannotDrill, Process, free_port, until

FILES = ("recording.yml", "alerts.yml")

CONFIG = """\
global:
  scrape_interval: {seconds}s
  scrape_timeout: {seconds}s
  evaluation_interval: {seconds}s
rule_files: [recording.yml, alerts.yml]
scrape_configs:
  - job_name: orcaflow
    file_sd_configs:
      - files: [targets.json]
        refresh_interval: 1s
"""


class Collector:
    """Scrapes the services that it is given and evaluates the project's rules."""

    def __init__(self, source, folder, program, factor, seconds):
        self.folder, self.url = folder, f"http://127.0.0.1:{free_port()}"
        folder.mkdir()
        for file in FILES:
            (folder / file).write_text(rules.scaled((source / file).read_text(), factor))
        (folder / "prometheus.yml").write_text(CONFIG.format(seconds=seconds))
        self.targets([])
        self.process = Process(
            "prometheus",
            [
                program,
                f"--config.file={folder / 'prometheus.yml'}",
                f"--web.listen-address={self.url.removeprefix('http://')}",
                f"--storage.tsdb.path={folder / 'data'}",
            ],
            folder,
        )

    def start(self):
        self.process.start()
        until("Prometheus is ready", 60, self._ready)

    def targets(self, ports):
        """What is scraped from now on, in the form in which a run lists its services."""
        targets = [{"targets": [f"127.0.0.1:{port}" for port in ports]}]
        beside = self.folder / "targets.tmp"
        beside.write_text(json.dumps(targets))
        beside.rename(self.folder / "targets.json")

    def firing(self):
        """The alerts that fire now: names, each with the labels of one that fires."""
        alerts = self._get("/api/v1/alerts")["data"]["alerts"]
        return {
            alert["labels"]["alertname"]: alert["labels"] for alert in alerts if alert["state"] == "firing"
        }

    def known(self):
        """The names of the alerts that Prometheus evaluates."""
        groups = self._get("/api/v1/rules?type=alert")["data"]["groups"]
        return [rule["name"] for group in groups for rule in group["rules"]]

    def stop(self):
        self.process.stop()

    def _ready(self):
        if not self.process.lives():
            raise CannotDrill(f"Prometheus ended by itself: {self.process.said()[-800:]}")
        try:
            with urllib.request.urlopen(self.url + "/-/ready", timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            return False

    def _get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=30) as reply:
            return json.load(reply)
