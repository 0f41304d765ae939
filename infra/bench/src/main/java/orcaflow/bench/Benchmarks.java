package orcaflow.bench;

import java.util.List;
import orcaflow.bench.agents.AgentsBenchmark;
import orcaflow.bench.answers.AnswersBenchmark;
import orcaflow.bench.contamination.ContaminationBenchmark;
import orcaflow.bench.history.HistoryBenchmark;
import orcaflow.bench.kills.KillsBenchmark;
import orcaflow.bench.loop.LoopBenchmark;
import orcaflow.bench.plan.PlanBenchmark;
import orcaflow.bench.replay.ReplayBenchmark;
import orcaflow.bench.roundtrip.RoundtripBenchmark;
import orcaflow.bench.sampler.SamplerBenchmark;
import orcaflow.bench.stalls.StallsBenchmark;
import orcaflow.bench.streams.StreamsBenchmark;
import orcaflow.bench.trainer.TrainerBenchmark;
import orcaflow.bench.ui.UiBenchmark;

/** All benchmarks, in the order in which they are listed. */
final class Benchmarks {

  static final List<Benchmark> ALL =
      List.of(
          new TrainerBenchmark(),
          new SamplerBenchmark(),
          new RoundtripBenchmark(),
          new PlanBenchmark(),
          new StreamsBenchmark(),
          new AgentsBenchmark(),
          new AnswersBenchmark(),
          new ContaminationBenchmark(),
          new ReplayBenchmark(),
          new StallsBenchmark(),
          new KillsBenchmark(),
          new LoopBenchmark(),
          new UiBenchmark(),
          new HistoryBenchmark());

  private Benchmarks() {}
}
