package orcaflow.cli.continuous;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import orcaflow.cli.run.EventWriter;
import orcaflow.events.Policy;
import orcaflow.events.PolicyAction;
import orcaflow.events.PolicyRequest;
import orcaflow.events.PolicyRequestStatus;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.ClientSettings;
import orcaflow.schemas.log.TopicReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the trainer of a run to serve an earlier policy again, and reads its answer. */
public final class PolicyRequests {

  private static final Logger LOG = LoggerFactory.getLogger(PolicyRequests.class);
  private static final Duration POLL = Duration.ofMillis(200);

  private PolicyRequests() {}

  /**
   * Writes the request.
   *
   * @param reason why, in a person's words
   */
  public static PolicyRequest ask(
      Cluster cluster, PolicyAction action, Policy policy, Optional<String> reason)
      throws InterruptedException, ExecutionException {
    String request = Ids.fresh();
    PolicyRequest asked =
        PolicyRequest.newBuilder()
            .setId(Ids.policyRequest(request, PolicyRequestStatus.ASKED))
            .setRequest(request)
            .setAction(action)
            .setPolicyVersion(policy.getVersion())
            .setStatus(PolicyRequestStatus.ASKED)
            .setNote(reason.orElse(null))
            .setTime(Instant.now())
            .build();
    EventWriter.write(cluster, Topics.POLICY_REQUESTS, asked);
    return asked;
  }

  /** The answer, if it comes within that time. */
  public static Optional<PolicyRequest> answer(
      Cluster cluster, PolicyRequest asked, Duration patience) {
    List<PolicyRequest> answers = new ArrayList<>();
    long until = System.nanoTime() + patience.toNanos();
    try (TopicReader<String, PolicyRequest> reader =
        TopicReader.events(cluster, ClientSettings.reader(cluster))) {
      reader.startAtBeginning(reader.partitions(Topics.POLICY_REQUESTS.in(cluster.run())));
      while (answers.isEmpty() && System.nanoTime() < until) {
        reader.poll(
            POLL,
            TopicReader.Receiver.skipping(
                LOG,
                record -> {
                  if (isAnswer(record.value(), asked)) {
                    answers.add(record.value());
                  }
                }));
      }
    }
    return answers.stream().findFirst();
  }

  private static boolean isAnswer(PolicyRequest event, PolicyRequest asked) {
    return event.getRequest().equals(asked.getRequest())
        && event.getStatus() != PolicyRequestStatus.ASKED;
  }
}
