package orcaflow.agents.seed;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * The rows of bodies that are posted, as JSON Lines or a JSON array. A post is answered when its
 * rows are in the log: {@link #offer} is called by any thread, the rest by the one that lets the
 * rows in. {@link #next} does not wait: it is empty as long as there is no row.
 */
public final class PostedRows implements SeedRows {

  private static final int HEAD_BYTES = 1 << 16;
  private static final List<FileKind> KINDS = List.of(new JsonArray.Kind(), new JsonLines.Kind());

  private final BlockingQueue<Post> waiting;
  private final Deque<Post> read = new ArrayDeque<>();
  private Optional<Post> open = Optional.empty();
  private long posts;
  private boolean closed;

  /**
   * What became of a post.
   *
   * @param rows how many of its rows are in the log; those that are no problems are there as
   *     candidates with a defect
   * @param failure why the rest of it cannot be read
   */
  public record Result(long rows, Optional<String> failure) {}

  /** Too many posts wait. */
  public static final class Full extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Full(int most) {
      super("%d posts wait to be let in: try again later".formatted(most));
    }
  }

  private static final class Post {
    private final byte[] body;
    private final CompletableFuture<Result> result = new CompletableFuture<>();
    private String name = "";
    private Optional<SeedRows> rows = Optional.empty();
    private Optional<String> failure = Optional.empty();
    private long count;

    private Post(byte[] body) {
      this.body = body;
    }
  }

  /**
   * @param most posts that may wait
   */
  public PostedRows(int most) {
    this.waiting = new ArrayBlockingQueue<>(most);
  }

  /**
   * Takes a body whose rows are let in later.
   *
   * @throws Full if too many wait
   */
  public synchronized CompletionStage<Result> offer(byte[] body) {
    if (closed) {
      return CompletableFuture.failedFuture(ended());
    }
    Post post = new Post(body);
    if (!waiting.offer(post)) {
      throw new Full(waiting.size());
    }
    return post.result;
  }

  @Override
  public Optional<Line> next() {
    while (open.isPresent() || openNext()) {
      Post post = open.orElseThrow();
      Optional<Line> row = row(post);
      if (row.isPresent()) {
        post.count++;
        return row.map(line -> line.of(post.name));
      }
      read.add(post);
      open = Optional.empty();
    }
    return Optional.empty();
  }

  /** Called when every row that was taken so far is in the log: answers the posts that are read. */
  public void committed() {
    for (Post post = read.poll(); post != null; post = read.poll()) {
      post.result.complete(new Result(post.count, post.failure));
    }
  }

  private boolean openNext() {
    open = Optional.ofNullable(waiting.poll());
    open.ifPresent(post -> post.name = "post " + ++posts);
    return open.isPresent();
  }

  private static Optional<Line> row(Post post) {
    try {
      if (post.rows.isEmpty()) {
        post.rows = Optional.of(rows(post));
      }
      return post.rows.get().next();
    } catch (Seeding.BadSeedFile e) {
      post.failure = Optional.of(e.getMessage());
    } catch (IOException e) {
      post.failure = Optional.of("%s: %s".formatted(post.name, e.getMessage()));
    }
    return Optional.empty();
  }

  private static SeedRows rows(Post post) throws IOException {
    int length = Math.min(post.body.length, HEAD_BYTES);
    String head = JsonLines.withoutMark(new String(post.body, 0, length, StandardCharsets.UTF_8));
    FileKind kind =
        KINDS.stream().filter(each -> each.is(post.name, head)).findFirst().orElseThrow();
    return kind.open(Path.of(post.name), new ByteArrayInputStream(post.body));
  }

  /** Posts that are not let in yet are answered with a failure; their rows may be in the log. */
  @Override
  public synchronized void close() {
    closed = true;
    List<Post> left = new ArrayList<>();
    waiting.drainTo(left);
    Stream.of(left.stream(), open.stream(), read.stream())
        .flatMap(posts -> posts)
        .forEach(post -> post.result.completeExceptionally(ended()));
  }

  private static IllegalStateException ended() {
    return new IllegalStateException("this run ends: post the rows again when it runs");
  }
}
