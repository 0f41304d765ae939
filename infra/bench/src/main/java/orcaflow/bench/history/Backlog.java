package orcaflow.bench.history;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Stages;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/**
 * What the stages of a run have still to do before it has no more problems than it knows. Rollouts
 * do not count: each new policy is asked again, and there is no end of them.
 */
final class Backlog {

  private static final List<String> STAGES =
      List.of(Stages.ASK_ME_ANYTHING, Stages.SUGGEST_AND_EDIT, Stages.SOLVE);

  private Backlog() {}

  /** The lag of their share groups (KIP-1226); a group that has not begun has none. */
  static long of(Cluster cluster) throws InterruptedException, ExecutionException {
    long lag = 0;
    try (Admin admin = Admin.create(cluster.clientSettings())) {
      for (String stage : STAGES) {
        lag += lag(admin, cluster.named(stage));
      }
    }
    return lag;
  }

  private static long lag(Admin admin, String group)
      throws InterruptedException, ExecutionException {
    try {
      return admin
          .listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
          .partitionsToOffsetInfo(group)
          .get()
          .values()
          .stream()
          .filter(info -> info != null)
          .mapToLong(info -> lag(info))
          .sum();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return 0;
      }
      throw e;
    }
  }

  private static long lag(SharePartitionOffsetInfo info) {
    return info.lag().orElse(0L);
  }
}
