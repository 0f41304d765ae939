package orcaflow.trainer;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import orcaflow.service.Service;
import orcaflow.service.ServiceMain;
import orcaflow.service.ServiceOption;

/** The trainer as a process of its own: {@code TrainerMain --config trainer.yaml}. */
public final class TrainerMain {

  private static final String DEVICE = "--device";
  private static final String PRECISION = "--precision";

  private TrainerMain() {}

  public static void main(String[] arguments) {
    new ServiceMain(
            "trainer",
            "training, evaluation and the policy server of one run",
            TrainerFile.defaultText(),
            List.of(
                new ServiceOption(DEVICE, "cuda:0", "instead of trainer.device of the file"),
                new ServiceOption(PRECISION, "bfloat16", "instead of trainer.precision")),
            TrainerMain::start)
        .main(arguments);
  }

  private static Service start(
      Path path, Map<String, String> options, Map<String, String> environment) {
    TrainerFile file = TrainerFile.read(path, environment);
    TrainerConfig config =
        file.trainer()
            .on(options.getOrDefault(DEVICE, file.trainer().device()))
            .in(options.getOrDefault(PRECISION, file.trainer().precision()));
    return TrainerService.start(file.cluster(), config, file.readRecipe(environment));
  }
}
