# The student's mathematics in TorchScript text: packed into a module when the JVM starts, see Ops.java.
# Shapes: B rows, T positions, d hidden, H query heads, K key-value heads, e head width, V vocabulary.
# W is [embedding, (q, k, v, o, gate, up, down, input norm, post norm) a layer, final norm, output head?].
# cos and sin are [context, e/2]; eps, window and such are tensors without dimensions; window 0 is none.
class Ops(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # x divided by its root mean square. The norm's weight is left to `scaled`: it is cheaper on the next matrix.
  def normed(self: __torch__.Ops, x: Tensor, eps: Tensor) -> Tensor:
    n = torch.linalg_vector_norm(x, 2, [-1], True)
    return x * torch.rsqrt(n * n / torch.size(x, -1) + eps)

  # A projection that takes the norm's weight on its input side: (x w) A' = x (A w)'.
  def scaled(self: __torch__.Ops, matrix: Tensor, w: Tensor) -> Tensor:
    return matrix * w

  # The same for queries and keys, whose rows also go from rotary halves (as stored) to rotary pairs, side by side:
  # scores are the same, as both are reordered alike, and a rotation becomes one complex product.
  def paired(self: __torch__.Ops, matrix: Tensor, w: Tensor, e: int) -> Tensor:
    d = torch.size(matrix, 1)
    halves = torch.reshape(matrix * w, [-1, 2, e // 2, d])
    return torch.reshape(torch.transpose(halves, 1, 2), [-1, d])

  # x [B, T, heads e] in rotary pairs, turned by turns [B or 1, T, 1, e/2]: [B, T, heads, e].
  def rotate(self: __torch__.Ops, x: Tensor, turns: Tensor) -> Tensor:
    B, T, n, = torch.size(x)
    half = torch.size(turns, -1)
    z = torch.view_as_complex(torch.reshape(x, [B, T, n // (2 * half), half, 2]))
    return torch.flatten(torch.view_as_real(z * turns), 3, 4)

  def mlp(self: __torch__.Ops, x: Tensor, gate: Tensor, up: Tensor, down: Tensor) -> Tensor:
    return torch.linear(torch.silu(torch.linear(x, gate)) * torch.linear(x, up), down)

  # One matrix for queries, keys and values of normed positions: [(H + K + K) e, d].
  def joined(self: __torch__.Ops, q: Tensor, k: Tensor, v: Tensor, w: Tensor, e: int) -> Tensor:
    return torch.cat([(self).paired(torch.cat([q, k], 0), w, e), (self).scaled(v, w)], 0)

  # Query, key and value of normed x [B, T, d]: [B, T, H, e] and twice [B, T, K, e], rotated.
  def attention_inputs(self: __torch__.Ops, x: Tensor, qkv: Tensor, hidden: int, turns: Tensor) -> List[Tensor]:
    e = torch.size(turns, -1) * 2
    B, T, d, = torch.size(x)
    H = hidden // e
    K = (torch.size(qkv, 0) - hidden) // (2 * e)
    parts = torch.split_with_sizes(torch.linear(x, qkv), [(H + K) * e, K * e], 2)
    qk = torch.split_with_sizes((self).rotate(parts[0], turns), [H, K], 2)
    return [qk[0], qk[1], torch.reshape(parts[1], [B, T, K, e])]

  # [B, T, K, e] to [B, H, T, e]: each key-value head serves H/K query heads that lie side by side.
  def spread(self: __torch__.Ops, x: Tensor, groups: int) -> Tensor:
    B, T, K, e, = torch.size(x)
    y = torch.expand(torch.unsqueeze(torch.transpose(x, 1, 2), 2), [B, K, groups, T, e])
    return torch.reshape(y, [B, K * groups, T, e])

  # Attention of whole sequences that begin at position 0; padding is on the right, where no earlier position looks.
  def attend(self: __torch__.Ops, q: Tensor, k: Tensor, v: Tensor, window: int) -> Tensor:
    B, T, H, e, = torch.size(q)
    groups = H // torch.size(k, 2)
    keys = (self).spread(k, groups)
    values = (self).spread(v, groups)
    queries = torch.transpose(q, 1, 2)
    if window > 0 and window < T:
      i = torch.unsqueeze(torch.arange(T, dtype=4, device=ops.prim.device(q)), 1)
      distance = i - torch.transpose(i, 0, 1)
      seen = torch.logical_and(torch.ge(distance, 0), torch.lt(distance, window))
      out = torch.scaled_dot_product_attention(queries, keys, values, seen, 0.0, False)
    else:
      out = torch.scaled_dot_product_attention(queries, keys, values, None, 0.0, True)
    return torch.reshape(torch.transpose(out, 1, 2), [B, T, H * e])

  # Hidden states after the final norm at the flat positions `keep` of ids [B, T]: [N, d].
  def hidden(self: __torch__.Ops, W: List[Tensor], cos: Tensor, sin: Tensor, eps: Tensor, window: Tensor, ids: Tensor, keep: Tensor) -> Tensor:
    w = int(window)
    T = torch.size(ids, 1)
    turns = torch.unsqueeze(torch.complex(torch.slice(cos, 0, 0, T), torch.slice(sin, 0, 0, T)), 1)
    layers = (torch.len(W) - 2) // 9
    x = torch.embedding(W[0], ids)
    for l in range(layers):
      o = 1 + l * 9
      qkv = (self).joined(W[o], W[o + 1], W[o + 2], W[o + 7], torch.size(cos, -1) * 2)
      a = (self).attention_inputs((self).normed(x, eps), qkv, torch.size(W[o], 0), turns)
      y = (self).attend(a[0], a[1], a[2], w)
      if l == layers - 1:
        x = torch.index_select(torch.flatten(x, 0, 1), 0, keep)
        y = torch.index_select(torch.flatten(y, 0, 1), 0, keep)
      x = x + torch.linear(y, W[o + 3])
      n = W[o + 8]
      x = x + (self).mlp((self).normed(x, eps), (self).scaled(W[o + 4], n), (self).scaled(W[o + 5], n), W[o + 6])
    return (self).normed(x, eps) * W[1 + layers * 9]

  def head(self: __torch__.Ops, W: List[Tensor]) -> Tensor:
    if torch.len(W) % 9 == 2:
      h = W[0]
    else:
      h = W[torch.len(W) - 1]
    return h

  # Logits at the flat positions `keep`: [N, V].
  def logits(self: __torch__.Ops, W: List[Tensor], cos: Tensor, sin: Tensor, eps: Tensor, window: Tensor, ids: Tensor, keep: Tensor) -> Tensor:
    return torch.linear((self).hidden(W, cos, sin, eps, window, ids, keep), (self).head(W))

  # Sums of token log-probabilities [N] by sequence: [B], zeros given.
  def sums(self: __torch__.Ops, logps: Tensor, rows: Tensor, zeros: Tensor) -> Tensor:
    return torch.index_add(zeros, 0, rows, logps)

  # Sequence log-probabilities [B], sums over completion tokens of hidden states h [N, d], and what `spend` needs to go back
  # from them: h with its graph, and log-probabilities of all tokens [N, V]. Where these would be more than `most` numbers
  # they are computed in chunks and not kept. The head's part has no graph: its gradient is simple, and cheaper by hand.
  def measured(self: __torch__.Ops, head: Tensor, h: Tensor, targets: Tensor, rows: Tensor, zeros: Tensor, most: Tensor) -> List[Tensor]:
    N = torch.size(h, 0)
    step = ops.prim.max(1, int(most) // torch.size(head, 0))
    states = torch.detach(h)
    matrix = torch.detach(head)
    t = torch.unsqueeze(targets, 1)
    if N <= step:
      all = torch.log_softmax(torch.linear(states, matrix), -1)
      logps = torch.gather(all, 1, t)
    else:
      all = torch.empty([0], dtype=ops.prim.dtype(h), device=ops.prim.device(h))
      parts = annotate(List[Tensor], [])
      for n in range((N + step - 1) // step):
        z = torch.linear(torch.slice(states, 0, n * step, (n + 1) * step), matrix)
        _0 = torch.append(parts, torch.gather(torch.log_softmax(z, -1), 1, torch.slice(t, 0, n * step, (n + 1) * step)))
      logps = torch.cat(parts, 0)
    return [(self).sums(torch.squeeze(logps, 1), rows, zeros), h, all]

  # The gradient by h of the sum of c [N, 1] times the targets' log-probabilities: c (onehot - p) times the head. That by
  # the head itself is added to the one in G, if there is one. Overwrites `all`.
  def spend(self: __torch__.Ops, head: Tensor, G: List[Tensor], h: Tensor, all: Tensor, targets: Tensor, c: Tensor, most: Tensor) -> Tensor:
    N = torch.size(h, 0)
    step = ops.prim.max(1, int(most) // torch.size(head, 0))
    states = torch.detach(h)
    matrix = torch.detach(head)
    parts = annotate(List[Tensor], [])
    for n in range((N + step - 1) // step):
      x = torch.slice(states, 0, n * step, (n + 1) * step)
      w = torch.slice(c, 0, n * step, (n + 1) * step)
      if N <= step:
        p = torch.exp_(all)
      else:
        p = torch.softmax(torch.linear(x, matrix), -1)
      _0 = torch.mul_(p, torch.neg(w))
      _1 = torch.scatter_add_(p, 1, torch.unsqueeze(torch.slice(targets, 0, n * step, (n + 1) * step), 1), w)
      if torch.len(G) > 0:
        _2 = torch.addmm_(G[0], torch.t(p), x)
      _3 = torch.append(parts, torch.mm(p, matrix))
    return torch.cat(parts, 0)

  def sequence_logps(self: __torch__.Ops, W: List[Tensor], cos: Tensor, sin: Tensor, eps: Tensor, window: Tensor, ids: Tensor, keep: Tensor, targets: Tensor, rows: Tensor, zeros: Tensor, most: Tensor) -> List[Tensor]:
    h = (self).hidden(W, cos, sin, eps, window, ids, keep)
    return (self).measured((self).head(W), h, targets, rows, zeros, most)

  # W with scale B A added to the matrices at these indices, in rising order; P is [A [rank, in], B [out, rank]] for each.
  # Added up in each pass: what the backward pass keeps of it is A and B alone.
  def adapted(self: __torch__.Ops, P: List[Tensor], places: Tensor, scale: Tensor, W: List[Tensor]) -> List[Tensor]:
    all = annotate(List[Tensor], [])
    _0 = torch.extend(all, W)
    for n in range(torch.len(P) // 2):
      place = int(places[n])
      all[place] = torch.addmm(W[place], P[2 * n + 1], P[2 * n], beta=1, alpha=float(scale))
    return all

  def adapted_logits(self: __torch__.Ops, P: List[Tensor], places: Tensor, scale: Tensor, W: List[Tensor], cos: Tensor, sin: Tensor, eps: Tensor, window: Tensor, ids: Tensor, keep: Tensor) -> Tensor:
    return (self).logits((self).adapted(P, places, scale, W), cos, sin, eps, window, ids, keep)

  def adapted_sequence_logps(self: __torch__.Ops, P: List[Tensor], places: Tensor, scale: Tensor, W: List[Tensor], cos: Tensor, sin: Tensor, eps: Tensor, window: Tensor, ids: Tensor, keep: Tensor, targets: Tensor, rows: Tensor, zeros: Tensor, most: Tensor) -> List[Tensor]:
    return (self).sequence_logps((self).adapted(P, places, scale, W), cos, sin, eps, window, ids, keep, targets, rows, zeros, most)

  # Adds to G the gradient by W of the sum of `coefficients` [B] times sequence log-probabilities, and lets their graph go:
  # h and all are what `sequence_logps` gave.
  def accumulate(self: __torch__.Ops, W: List[Tensor], cos: Tensor, sin: Tensor, eps: Tensor, window: Tensor, G: List[Tensor], h: Tensor, all: Tensor, targets: Tensor, rows: Tensor, coefficients: Tensor, most: Tensor) -> Tensor:
    c = torch.unsqueeze(torch.index_select(coefficients, 0, rows), 1)
    by_h = (self).spend((self).head(W), [(self).head(G)], h, all, targets, c, most)
    return (self).back(W, G, h, by_h)

  # The same by P alone: adapters leave the head as it is.
  def adapted_accumulate(self: __torch__.Ops, P: List[Tensor], places: Tensor, scale: Tensor, W: List[Tensor], cos: Tensor, sin: Tensor, eps: Tensor, window: Tensor, G: List[Tensor], h: Tensor, all: Tensor, targets: Tensor, rows: Tensor, coefficients: Tensor, most: Tensor) -> Tensor:
    c = torch.unsqueeze(torch.index_select(coefficients, 0, rows), 1)
    by_h = (self).spend((self).head(W), annotate(List[Tensor], []), h, all, targets, c, most)
    return (self).back(P, G, h, by_h)

  # Goes back from h to W, all of which has a gradient but a head of its own, and adds to G.
  def back(self: __torch__.Ops, W: List[Tensor], G: List[Tensor], h: Tensor, by_h: Tensor) -> Tensor:
    seeds = annotate(List[Optional[Tensor]], [by_h])
    grads = torch.grad([h], W, seeds, None, False, True)
    for i in range(torch.len(W)):
      g = grads[i]
      if torch.__isnot__(g, None):
        _0 = torch.add_(G[i], torch.detach(unchecked_cast(Tensor, g)))
    return by_h

  # Adds L to G and clears it.
  def gather(self: __torch__.Ops, G: List[Tensor], L: List[Tensor]) -> Tensor:
    torch._foreach_add_(G, L)
    torch._foreach_zero_(L)
    return G[0]

  # The global norm of G, which is scaled down to `limit` if it is above; limit 0 for never.
  def clip(self: __torch__.Ops, G: List[Tensor], limit: Tensor) -> Tensor:
    norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(G, 2)))
    if float(limit) > 0. and float(norm) > float(limit):
      torch._foreach_mul_(G, float(limit) / float(norm))
    return norm

  # One AdamW step in place (numbers: rate, beta1, beta2, epsilon, decay), then clears G. S counts the steps.
  def adamw(self: __torch__.Ops, W: List[Tensor], G: List[Tensor], M: List[Tensor], V: List[Tensor], S: List[Tensor], numbers: Tensor) -> Tensor:
    torch._foreach_add_(S, 1)
    torch._fused_adamw_(W, G, M, V, annotate(List[Tensor], []), S, lr=float(numbers[0]), beta1=float(numbers[1]), beta2=float(numbers[2]), weight_decay=float(numbers[4]), eps=float(numbers[3]), amsgrad=False, maximize=False)
    torch._foreach_zero_(G)
    return numbers

  # Clears G, whatever it holds.
  def forget(self: __torch__.Ops, G: List[Tensor]) -> Tensor:
    torch._foreach_zero_(G)
    return G[0]

  # Sets each array of W to that of B.
  def restore(self: __torch__.Ops, W: List[Tensor], B: List[Tensor]) -> Tensor:
    for i in range(torch.len(W)):
      _0 = torch.copy_(torch.detach(W[i]), B[i])
    return B[0]

  # Attention of one new position a row over the cached ones: q [R, H, e], keys and values [R, K, C, e], seen [R, 1, 1, C].
  # The H/K query heads of one key-value head stand where other positions would, so that the cache is not spread out.
  def look(self: __torch__.Ops, q: Tensor, keys: Tensor, values: Tensor, seen: Tensor) -> Tensor:
    R, H, e, = torch.size(q)
    K = torch.size(keys, 1)
    queries = torch.reshape(q, [R, K, H // K, e])
    out = torch.scaled_dot_product_attention(queries, keys, values, seen, 0.0, False)
    return torch.reshape(out, [R, H * e])

  # The next id of each row by its logits [R, V] and uniform number in [0, 1): the likeliest where the temperature is 0,
  # else by inverse distribution function among the ids before which the probability does not exceed top_p. These are
  # nearly always few: all ids are sorted only where the likeliest 32 are not enough, with the same outcome.
  def choose(self: __torch__.Ops, logits: Tensor, uniform: Tensor, temperature: Tensor, top_p: Tensor) -> Tensor:
    best = torch.argmax(logits, 1)
    hot = torch.gt(temperature, 0.)
    chosen = best
    if bool(torch.any(hot)):
      heat = torch.where(hot, temperature, torch.ones_like(temperature))
      all = torch.softmax(logits / torch.unsqueeze(heat, 1), 1, dtype=7)
      p, order, = torch.topk(all, ops.prim.min(32, torch.size(all, 1)), 1)
      upto = torch.cumsum(p, 1)
      enough = torch.logical_or(torch.gt(torch.select(upto, 1, -1), top_p), torch.logical_not(hot))
      if not bool(torch.all(enough)):
        p, order, = torch.sort(all, stable=True, dim=1, descending=True)
        upto = torch.cumsum(p, 1)
      kept = torch.le(upto - p, torch.unsqueeze(top_p, 1))
      last = torch.sum(kept, [1], True) - 1
      aim = torch.unsqueeze(uniform, 1) * torch.gather(upto, 1, last)
      at = torch.minimum(torch.sum(torch.le(upto, aim), [1], True), last)
      chosen = torch.where(hot, torch.squeeze(torch.gather(order, 1, at), 1), best)
    return chosen

  # Prompt keys or values [B, T, K, e] of each row's owner, with room for S more positions: [R, K, T + S, e].
  def cache(self: __torch__.Ops, x: Tensor, owners: Tensor, S: int) -> Tensor:
    B, T, K, e, = torch.size(x)
    room = torch.zeros([torch.size(owners, 0), K, T + S, e], dtype=ops.prim.dtype(x), device=ops.prim.device(x))
    _0 = torch.copy_(torch.slice(room, 2, 0, T), torch.transpose(torch.index_select(x, 0, owners), 1, 2))
    return room

  # Completions of R rows: [R, S]; what stands behind the first eos, or the limit, means nothing. ids [B, T] are prompts, padded on the right, of these lengths [B];
  # `owners` [R] says whose prompt a row continues, `limits` [R] how far, `uniforms` [R, S] are its random numbers.
  # The cache holds T prompt columns and S for what is new: all rows write the same column, each at its own position.
  def generate(self: __torch__.Ops, W: List[Tensor], cos: Tensor, sin: Tensor, eps: Tensor, window: Tensor, ids: Tensor, lengths: Tensor, owners: Tensor, limits: Tensor, uniforms: Tensor, temperature: Tensor, top_p: Tensor, end: Tensor) -> Tensor:
    w = int(window)
    eos = int(end)
    B, T, = torch.size(ids)
    R, S, = torch.size(uniforms)
    layers = (torch.len(W) - 2) // 9
    e = torch.size(cos, -1) * 2
    turns = torch.complex(cos, sin)
    keys = annotate(List[Tensor], [])
    values = annotate(List[Tensor], [])
    qkv = annotate(List[Tensor], [])
    gate = annotate(List[Tensor], [])
    up = annotate(List[Tensor], [])
    x = torch.embedding(W[0], ids)
    first = torch.unsqueeze(torch.slice(turns, 0, 0, T), 1)
    last = lengths - 1 + torch.arange(B, dtype=4, device=ops.prim.device(ids)) * T
    for l in range(layers):
      o = 1 + l * 9
      _0 = torch.append(qkv, (self).joined(W[o], W[o + 1], W[o + 2], W[o + 7], e))
      _3 = torch.append(gate, (self).scaled(W[o + 4], W[o + 8]))
      _4 = torch.append(up, (self).scaled(W[o + 5], W[o + 8]))
      a = (self).attention_inputs((self).normed(x, eps), qkv[l], torch.size(W[o], 0), first)
      y = (self).attend(a[0], a[1], a[2], w)
      _5 = torch.append(keys, (self).cache(a[1], owners, S))
      _6 = torch.append(values, (self).cache(a[2], owners, S))
      if l == layers - 1:
        x = torch.index_select(torch.flatten(x, 0, 1), 0, last)
        y = torch.index_select(torch.flatten(y, 0, 1), 0, last)
      x = x + torch.linear(y, W[o + 3])
      x = x + (self).mlp((self).normed(x, eps), gate[l], up[l], W[o + 6])
    norm = W[1 + layers * 9]
    head = (self).head(W) * norm
    logits = torch.index_select(torch.linear((self).normed(x, eps), head), 0, owners)
    begin = torch.index_select(lengths, 0, owners)
    out = torch.full([R, S], eos, dtype=4, device=ops.prim.device(ids))
    rows = torch.arange(R, dtype=4, device=ops.prim.device(ids))
    columns = torch.unsqueeze(torch.arange(T + S, dtype=4, device=ops.prim.device(ids)), 0)
    s = 0
    going = True
    while going:
      next = (self).choose(logits, torch.select(uniforms, 1, s), temperature, top_p)
      _7 = torch.index_put_(out, [rows, torch.full_like(rows, s)], next)
      s = s + 1
      alive = torch.logical_and(torch.ne(next, eos), torch.gt(limits, s))
      left = int(torch.sum(alive))
      going = left > 0
      if going:
        if left <= torch.size(rows, 0) // 2 and left >= 8:
          stay = torch.squeeze(torch.nonzero(alive), 1)
          rows = torch.index_select(rows, 0, stay)
          next = torch.index_select(next, 0, stay)
          begin = torch.index_select(begin, 0, stay)
          limits = torch.index_select(limits, 0, stay)
          uniforms = torch.index_select(uniforms, 0, stay)
          temperature = torch.index_select(temperature, 0, stay)
          top_p = torch.index_select(top_p, 0, stay)
          for l in range(layers):
            keys[l] = torch.index_select(keys[l], 0, stay)
            values[l] = torch.index_select(values[l], 0, stay)
        column = T + s - 1
        position = begin + (s - 1)
        where = torch.slice(columns, 1, 0, column + 1)
        start = torch.unsqueeze(begin, 1)
        at = torch.where(torch.lt(where, T), where, where - T + start)
        seen = torch.logical_or(torch.lt(where, start), torch.ge(where, T))
        if w > 0:
          seen = torch.logical_and(seen, torch.lt(torch.unsqueeze(position, 1) - at, w))
        seen = torch.unsqueeze(torch.unsqueeze(seen, 1), 1)
        turn = torch.reshape(torch.index_select(turns, 0, position), [-1, 1, 1, e // 2])
        x = torch.embedding(W[0], next)
        for l in range(layers):
          o = 1 + l * 9
          a = (self).attention_inputs(torch.unsqueeze((self).normed(x, eps), 1), qkv[l], torch.size(W[o], 0), turn)
          _8 = torch.copy_(torch.select(keys[l], 2, column), torch.select(a[1], 1, 0))
          _9 = torch.copy_(torch.select(values[l], 2, column), torch.select(a[2], 1, 0))
          y = (self).look(torch.select(a[0], 1, 0), torch.slice(keys[l], 2, 0, column + 1), torch.slice(values[l], 2, 0, column + 1), seen)
          x = x + torch.linear(y, W[o + 3])
          x = x + (self).mlp((self).normed(x, eps), gate[l], up[l], W[o + 6])
        logits = torch.linear((self).normed(x, eps), head)
    return out
