# The student's mathematics in TorchScript text: packed into a module when the JVM starts, see Ops.java.
# Shapes: B rows, T positions, d hidden, H query heads, K key-value heads, e head width, V vocabulary.
# W is [embedding, (q, k, v, o, gate, up, down, input norm, post norm) a layer, final norm, output head?].
# cos and sin are [context, e/2]; eps, window and such are tensors without dimensions; window 0 is none.
class Ops(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  # Mixed precision: matrix products and attention in bfloat16. All that comes in and goes out is float32, but for caches.
  half : bool

  # What enters a matrix product or attention.
  def low(self: __torch__.Ops, x: Tensor) -> Tensor:
    if self.half:
      y = torch.to(x, 15)
    else:
      y = x
    return y

  # What must not be rounded to eight bits: rotations, softmax, sums.
  def wide(self: __torch__.Ops, x: Tensor) -> Tensor:
    if self.half:
      y = torch.to(x, 6)
    else:
      y = x
    return y

  # x divided by its root mean square. The norm's weight is left to `scaled`: it is cheaper on the next matrix.
  def normed(self: __torch__.Ops, x: Tensor, eps: Tensor) -> Tensor:
    n = torch.linalg_vector_norm(x, 2, [-1], True)
    return x * torch.rsqrt(n * n / torch.size(x, -1) + eps)

  # The same before a product.
  def input(self: __torch__.Ops, x: Tensor, eps: Tensor) -> Tensor:
    return (self).low((self).normed(x, eps))

  # A projection that takes the norm's weight on its input side: (x w) A' = x (A w)'.
  def scaled(self: __torch__.Ops, matrix: Tensor, w: Tensor) -> Tensor:
    return (self).low(matrix * w)

  # The same for queries and keys, whose rows also go from rotary halves (as stored) to rotary pairs, side by side:
  # scores are the same, as both are reordered alike, and a rotation becomes one complex product.
  def paired(self: __torch__.Ops, matrix: Tensor, w: Tensor, e: int) -> Tensor:
    d = torch.size(matrix, 1)
    halves = torch.reshape((self).scaled(matrix, w), [-1, 2, e // 2, d])
    return torch.reshape(torch.transpose(halves, 1, 2), [-1, d])

  # x [B, T, heads e] in rotary pairs, turned by turns [B or 1, T, 1, e/2]: [B, T, heads, e].
  def rotate(self: __torch__.Ops, x: Tensor, turns: Tensor) -> Tensor:
    B, T, n, = torch.size(x)
    half = torch.size(turns, -1)
    z = torch.view_as_complex(torch.reshape((self).wide(x), [B, T, n // (2 * half), half, 2]))
    return (self).low(torch.flatten(torch.view_as_real(z * turns), 3, 4))

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
      a = (self).attention_inputs((self).input(x, eps), qkv, torch.size(W[o], 0), turns)
      y = (self).attend(a[0], a[1], a[2], w)
      if l == layers - 1:
        x = torch.index_select(torch.flatten(x, 0, 1), 0, keep)
        y = torch.index_select(torch.flatten(y, 0, 1), 0, keep)
      x = x + torch.linear(y, (self).low(W[o + 3]))
      n = W[o + 8]
      x = x + (self).mlp((self).input(x, eps), (self).scaled(W[o + 4], n), (self).scaled(W[o + 5], n), (self).low(W[o + 6]))
    return (self).normed(x, eps) * W[1 + layers * 9]

  def head(self: __torch__.Ops, W: List[Tensor]) -> Tensor:
    if torch.len(W) % 9 == 2:
      h = W[0]
    else:
      h = W[torch.len(W) - 1]
    return h

  # Logits at the flat positions `keep`: [N, V].
  def logits(self: __torch__.Ops, W: List[Tensor], cos: Tensor, sin: Tensor, eps: Tensor, window: Tensor, ids: Tensor, keep: Tensor) -> Tensor:
    h = (self).hidden(W, cos, sin, eps, window, ids, keep)
    return (self).wide(torch.linear((self).low(h), (self).low((self).head(W))))

  # Sums of token log-probabilities [N] by sequence: [B], zeros given.
  def sums(self: __torch__.Ops, logps: Tensor, rows: Tensor, zeros: Tensor) -> Tensor:
    return torch.index_add(zeros, 0, rows, logps)

  # Sequence log-probabilities [B], sums over completion tokens of hidden states h [N, d], and what `spend` needs to go back
  # from them: h with its graph, and log-probabilities of all tokens [N, V]. Where these would be more than `most` numbers
  # they are computed in chunks and not kept. The head's part has no graph: its gradient is simple, and cheaper by hand.
  def measured(self: __torch__.Ops, head: Tensor, h: Tensor, targets: Tensor, rows: Tensor, zeros: Tensor, most: Tensor) -> List[Tensor]:
    N = torch.size(h, 0)
    step = ops.prim.max(1, int(most) // torch.size(head, 0))
    states = (self).low(torch.detach(h))
    matrix = (self).low(torch.detach(head))
    t = torch.unsqueeze(targets, 1)
    if N <= step:
      all = torch.log_softmax((self).wide(torch.linear(states, matrix)), -1)
      logps = torch.gather(all, 1, t)
    else:
      all = torch.empty([0], dtype=ops.prim.dtype(h), device=ops.prim.device(h))
      parts = annotate(List[Tensor], [])
      for n in range((N + step - 1) // step):
        z = (self).wide(torch.linear(torch.slice(states, 0, n * step, (n + 1) * step), matrix))
        _0 = torch.append(parts, torch.gather(torch.log_softmax(z, -1), 1, torch.slice(t, 0, n * step, (n + 1) * step)))
      logps = torch.cat(parts, 0)
    return [(self).sums(torch.squeeze(logps, 1), rows, zeros), h, all]

  # The gradient by h of the sum of c [N, 1] times the targets' log-probabilities: c (onehot - p) times the head. That by
  # the head itself is added to the one in G, if there is one. Overwrites `all`.
  def spend(self: __torch__.Ops, head: Tensor, G: List[Tensor], h: Tensor, all: Tensor, targets: Tensor, c: Tensor, most: Tensor) -> Tensor:
    N = torch.size(h, 0)
    step = ops.prim.max(1, int(most) // torch.size(head, 0))
    states = (self).low(torch.detach(h))
    matrix = (self).low(torch.detach(head))
    parts = annotate(List[Tensor], [])
    for n in range((N + step - 1) // step):
      x = torch.slice(states, 0, n * step, (n + 1) * step)
      w = torch.slice(c, 0, n * step, (n + 1) * step)
      if N <= step:
        p = torch.exp_(all)
      else:
        p = torch.softmax((self).wide(torch.linear(x, matrix)), -1)
      _0 = torch.mul_(p, torch.neg(w))
      _1 = torch.scatter_add_(p, 1, torch.unsqueeze(torch.slice(targets, 0, n * step, (n + 1) * step), 1), w)
      p = (self).low(p)
      if torch.len(G) > 0:
        if self.half:
          _2 = torch.add_(G[0], torch.mm(torch.t(p), x))
        else:
          _2 = torch.addmm_(G[0], torch.t(p), x)
      _3 = torch.append(parts, (self).wide(torch.mm(p, matrix)))
    return torch.cat(parts, 0)

  def sequence_logps(self: __torch__.Ops, W: List[Tensor], cos: Tensor, sin: Tensor, eps: Tensor, window: Tensor, ids: Tensor, keep: Tensor, targets: Tensor, rows: Tensor, zeros: Tensor, most: Tensor) -> List[Tensor]:
    h = (self).hidden(W, cos, sin, eps, window, ids, keep)
    return (self).measured((self).head(W), h, targets, rows, zeros, most)

  # What branches may look at, as numbers to add to scores [R, 1, S, T + S]: their prompts, of these lengths [R], and themselves.
  def fork_bias(self: __torch__.Ops, x: Tensor, lengths: Tensor, T: int, S: int, window: int) -> Tensor:
    column = torch.reshape(torch.arange(T + S, dtype=4, device=ops.prim.device(x)), [1, 1, T + S])
    start = torch.reshape(lengths, [-1, 1, 1])
    here = torch.reshape(torch.arange(S, dtype=4, device=ops.prim.device(x)), [1, S, 1]) + start
    at = torch.where(torch.lt(column, T), column, column - T + start)
    there = torch.logical_or(torch.lt(column, start), torch.ge(column, T))
    seen = torch.logical_and(there, torch.le(at, here))
    if window > 0:
      seen = torch.logical_and(seen, torch.lt(here - at, window))
    return torch.unsqueeze(torch.where(seen, torch.zeros_like(seen, dtype=ops.prim.dtype(x)), torch.full_like(seen, -1e30, dtype=ops.prim.dtype(x))), 1)

  # Rows of x [N, H, e] at these indices [B, T]: [B, T, H, e].
  def placed(self: __torch__.Ops, x: Tensor, at: Tensor) -> Tensor:
    B, T, = torch.size(at)
    return torch.reshape(torch.index_select(x, 0, torch.flatten(at)), [B, T, torch.size(x, 1), torch.size(x, 2)])

  # Sequence log-probabilities of branches [R]; see Forks.java. For no gradients.
  def fork_logps(self: __torch__.Ops, W: List[Tensor], cos: Tensor, sin: Tensor, eps: Tensor, window: Tensor, ids: Tensor, positions: Tensor, prompts: Tensor, prompt_places: Tensor, own: Tensor, own_places: Tensor, seen: Tensor, lengths: Tensor, targets: Tensor, rows: Tensor, zeros: Tensor, most: Tensor) -> List[Tensor]:
    w = int(window)
    R, S, = torch.size(own)
    T = torch.size(prompts, 1)
    layers = (torch.len(W) - 2) // 9
    turns = torch.unsqueeze(torch.unsqueeze(torch.index_select(torch.complex(cos, sin), 0, positions), 0), 2)
    x = torch.embedding(W[0], ids)
    bias = (self).low((self).fork_bias(x, lengths, T, S, w))
    for l in range(layers):
      o = 1 + l * 9
      qkv = (self).joined(W[o], W[o + 1], W[o + 2], W[o + 7], torch.size(cos, -1) * 2)
      a = (self).attention_inputs(torch.unsqueeze((self).input(x, eps), 0), qkv, torch.size(W[o], 0), turns)
      q = torch.squeeze(a[0], 0)
      k = torch.squeeze(a[1], 0)
      v = torch.squeeze(a[2], 0)
      groups = torch.size(q, 1) // torch.size(k, 1)
      keys = (self).spread((self).placed(k, seen), groups)
      values = (self).spread((self).placed(v, seen), groups)
      y = torch.scaled_dot_product_attention(torch.transpose((self).placed(q, own), 1, 2), keys, values, bias, 0.0, False)
      y = torch.index_select(torch.reshape(torch.transpose(y, 1, 2), [R * S, -1]), 0, own_places)
      if l == layers - 1:
        x = torch.slice(x, 0, torch.size(prompt_places, 0))
      else:
        p = (self).attend((self).placed(q, prompts), (self).placed(k, prompts), (self).placed(v, prompts), w)
        y = torch.cat([torch.index_select(torch.flatten(p, 0, 1), 0, prompt_places), y], 0)
      x = x + torch.linear(y, (self).low(W[o + 3]))
      n = W[o + 8]
      x = x + (self).mlp((self).input(x, eps), (self).scaled(W[o + 4], n), (self).scaled(W[o + 5], n), (self).low(W[o + 6]))
    h = (self).normed(x, eps) * W[1 + layers * 9]
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

  def adapted_fork_logps(self: __torch__.Ops, P: List[Tensor], places: Tensor, scale: Tensor, W: List[Tensor], cos: Tensor, sin: Tensor, eps: Tensor, window: Tensor, ids: Tensor, positions: Tensor, prompts: Tensor, prompt_places: Tensor, own: Tensor, own_places: Tensor, seen: Tensor, lengths: Tensor, targets: Tensor, rows: Tensor, zeros: Tensor, most: Tensor) -> List[Tensor]:
    return (self).fork_logps((self).adapted(P, places, scale, W), cos, sin, eps, window, ids, positions, prompts, prompt_places, own, own_places, seen, lengths, targets, rows, zeros, most)

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

  # A matrix as the CPU's library wants it for products with few rows. Such a product also rounds each row alike,
  # however many rows stand beside it, which a plain one does not.
  def packed(self: __torch__.Ops, matrix: Tensor) -> Tensor:
    return ops.mkldnn._reorder_linear_weight(matrix, 64)

  # What generation multiplies with, of W: qkv, out, gate above up, and down of layer l, norms included; l = layers: the head.
  def prepared(self: __torch__.Ops, W: List[Tensor], layer: Tensor, part: Tensor, width: Tensor) -> Tensor:
    o = 1 + int(layer) * 9
    n = int(part)
    if o + 8 >= torch.len(W):
      m = (self).scaled((self).head(W), W[o])
    elif n == 0:
      m = (self).joined(W[o], W[o + 1], W[o + 2], W[o + 7], int(width))
    elif n == 1:
      m = (self).low(W[o + 3])
    elif n == 2:
      m = torch.cat([(self).scaled(W[o + 4], W[o + 8]), (self).scaled(W[o + 5], W[o + 8])], 0)
    else:
      m = (self).low(W[o + 6])
    return torch.contiguous(torch.clone(m))

  # Turns by position, and ones: [context, 2, e/2].
  def turns(self: __torch__.Ops, cos: Tensor, sin: Tensor) -> Tensor:
    t = torch.complex(cos, sin)
    return torch.stack([t, torch.ones_like(t)], 1)

  # x m' with m packed or not.
  def product(self: __torch__.Ops, x: Tensor, m: Tensor) -> Tensor:
    if ops.prim.is_mkldnn(m):
      y = ops.mkldnn._linear_pointwise(x, m, None, "none", [], "")
    else:
      y = torch.linear(x, m)
    return y

  def gated(self: __torch__.Ops, x: Tensor, gate_up: Tensor, down: Tensor) -> Tensor:
    both = torch.chunk((self).product(x, gate_up), 2, -1)
    return (self).product(torch.mul_(torch.silu(both[0]), both[1]), down)

  # Attention of one new position a row: q [R, H, e], cached keys above values [R, 2K, C, e], bias [R, 1, 1, C] of 0 or -inf.
  # The H/K query heads of one key-value head stand where other positions would, so that the cache is not spread out; at
  # most three at a time, as with more the library orders sums by C, which depends on the longest row.
  def look(self: __torch__.Ops, q: Tensor, cache: Tensor, bias: Tensor) -> Tensor:
    R, H, e, = torch.size(q)
    K = torch.size(cache, 1) // 2
    G = H // K
    keys = torch.slice(cache, 1, 0, K)
    values = torch.slice(cache, 1, K, 2 * K)
    queries = torch.reshape(q, [R, K, G, e])
    if G <= 3:
      out = torch.scaled_dot_product_attention(queries, keys, values, bias, 0.0, False)
    else:
      parts = annotate(List[Tensor], [])
      for g in range((G + 2) // 3):
        some = torch.slice(queries, 2, 3 * g, 3 * g + 3)
        _0 = torch.append(parts, torch.scaled_dot_product_attention(some, keys, values, bias, 0.0, False))
      out = torch.cat(parts, 2)
    return torch.reshape(out, [R, H * e])

  # One draw from p [R, V] by u [R, 1], summed up in upto, and whether it is among the ids before which the probability
  # does not exceed top_p [R, 1]. Drawing until it is, is drawing from those ids, and needs no sorting.
  def draw(self: __torch__.Ops, p: Tensor, upto: Tensor, top_p: Tensor, u: Tensor) -> List[Tensor]:
    last = torch.size(p, 1) - 1
    aim = u * torch.slice(upto, 1, last, last + 1)
    at = torch.clamp_max(torch.searchsorted(upto, aim, right=True), last)
    likelier = torch.where(torch.gt(p, torch.gather(p, 1, at)), p, 0.)
    return [torch.squeeze(at, 1), torch.squeeze(torch.le(torch.sum(likelier, [1], True), top_p), 1)]

  # The same by sorting: always among those ids.
  def draw_sorted(self: __torch__.Ops, all: Tensor, top_p: Tensor, u: Tensor) -> Tensor:
    p, order, = torch.sort(all, stable=True, dim=1, descending=True)
    upto = torch.cumsum(p, 1)
    last = torch.sum(torch.le(upto - p, top_p), [1], True) - 1
    aim = u * torch.gather(upto, 1, last)
    at = torch.minimum(torch.sum(torch.le(upto, aim), [1], True), last)
    return torch.squeeze(torch.gather(order, 1, at), 1)

  # The next id of each row by its logits [R, V]: the likeliest where the temperature is 0, else drawn; settings [R, 2] are
  # temperature and top_p, us [R, 3] uniform in [0, 1): two for draws that may fail, the last for sorting.
  def choose(self: __torch__.Ops, logits: Tensor, settings: Tensor, us: Tensor) -> Tensor:
    temperature = torch.slice(settings, 1, 0, 1)
    top_p = torch.slice(settings, 1, 1, 2)
    cold = torch.le(temperature, 0.)
    if bool(torch.all(cold)):
      chosen = torch.argmax(logits, 1)
    else:
      p = torch.softmax(logits / torch.where(cold, 1., temperature), 1)
      upto = torch.cumsum(p, 1)
      drawn = (self).draw(p, upto, top_p, torch.slice(us, 1, 0, 1))
      chosen = drawn[0]
      if bool(torch.any(cold)):
        cold = torch.squeeze(cold, 1)
        chosen = torch.where(cold, torch.argmax(logits, 1), chosen)
        missed = torch.logical_not(torch.logical_or(drawn[1], cold))
      else:
        missed = torch.logical_not(drawn[1])
      if bool(torch.any(missed)):
        again = torch.squeeze(torch.nonzero(missed), 1)
        p = torch.index_select(p, 0, again)
        us = torch.index_select(us, 0, again)
        top_p = torch.index_select(top_p, 0, again)
        drawn = (self).draw(p, torch.index_select(upto, 0, again), top_p, torch.slice(us, 1, 1, 2))
        _0 = torch.index_copy_(chosen, 0, again, drawn[0])
        if not bool(torch.all(drawn[1])):
          still = torch.squeeze(torch.nonzero(torch.logical_not(drawn[1])), 1)
          found = (self).draw_sorted(torch.index_select(p, 0, still), torch.index_select(top_p, 0, still), torch.slice(torch.index_select(us, 0, still), 1, 2, 3))
          _1 = torch.index_copy_(chosen, 0, torch.index_select(again, 0, still), found)
    return chosen

  # Log-probabilities of the chosen ids, of the likeliest k ids, and those ids, into told [R, 1 + 2 k]; nothing if it has no columns.
  def tell(self: __torch__.Ops, logits: Tensor, chosen: Tensor, told: Tensor) -> Tensor:
    if torch.size(told, 1) > 0:
      k = (torch.size(told, 1) - 1) // 2
      logps = torch.log_softmax(logits, 1)
      best, ids, = torch.topk(logps, k, 1)
      all = [torch.gather(logps, 1, torch.unsqueeze(chosen, 1)), best, torch.to(ids, ops.prim.dtype(best))]
      _0 = torch.copy_(told, torch.cat(all, 1))
    return told

  # Queries, keys and values [.., H + 2K, e] of normed x; turns [.., H + 2K, e/2] leave values as they are.
  def turned(self: __torch__.Ops, x: Tensor, qkv: Tensor, turns: Tensor) -> Tensor:
    n = torch.size(turns, -2)
    y = torch.unflatten((self).wide((self).product(x, qkv)), -1, [n, torch.size(turns, -1), 2])
    return (self).low(torch.flatten(torch.view_as_real(torch.view_as_complex(y) * turns), -2, -1))

  # Begins rows: runs prompts ids [B, T], padded on the right, of these lengths [B]; copies keys and values into the caches
  # [rows, 2K, C, e] of the rows `slots` [R] that continue prompts `owners` [R]; chooses their first ids: out [R, 1].
  # P is [embedding, (qkv, out, gate up, down) a layer, head]; table [context, 2, e/2] has turns and ones, `which` [H + 2K] takes from it.
  def prefill(self: __torch__.Ops, P: List[Tensor], C: List[Tensor], table: Tensor, which: Tensor, eps: Tensor, window: Tensor, ids: Tensor, lengths: Tensor, owners: Tensor, slots: Tensor, settings: Tensor, uniforms: Tensor, out: Tensor, told: Tensor) -> Tensor:
    B, T, = torch.size(ids)
    K = torch.size(C[0], 1) // 2
    H = torch.size(which, 0) - 2 * K
    w = int(window)
    turns = torch.index_select(torch.slice(table, 0, 0, T), 1, which)
    x = torch.embedding(P[0], ids)
    for l in range(torch.len(C)):
      o = 1 + l * 4
      y = torch.split_with_sizes((self).turned((self).input(x, eps), P[o], turns), [H, K, K], 2)
      cached = torch.transpose(torch.cat([y[1], y[2]], 2), 1, 2)
      _0 = torch.index_copy_(torch.slice(C[l], 2, 0, T), 0, slots, torch.index_select(cached, 0, owners))
      a = (self).attend(y[0], y[1], y[2], w)
      if l == torch.len(C) - 1:
        last = lengths - 1 + torch.arange(B, dtype=4, device=ops.prim.device(ids)) * T
        x = torch.index_select(torch.flatten(x, 0, 1), 0, last)
        a = torch.index_select(torch.flatten(a, 0, 1), 0, last)
      x = x + (self).product(a, P[o + 1])
      x = x + (self).gated((self).input(x, eps), P[o + 2], P[o + 3])
    logits = (self).wide((self).product((self).input(x, eps), P[torch.len(P) - 1]))
    logits = torch.index_select(logits, 0, owners)
    chosen = (self).choose(logits, settings, torch.select(uniforms, 1, 0))
    _1 = (self).tell(logits, chosen, torch.select(told, 1, 0))
    return torch.copy_(torch.select(out, 1, 0), chosen)

  # Continues the first R rows of the caches by up to S ids each: out [R, S], until all have come to `end`; what stands
  # behind a row's end means nothing. state [R, 2] is each row's last id and its position; uniforms [R, S, 3], told [R, S, 1 + 2 k].
  def decode(self: __torch__.Ops, P: List[Tensor], C: List[Tensor], table: Tensor, which: Tensor, eps: Tensor, window: Tensor, end: Tensor, state: Tensor, settings: Tensor, uniforms: Tensor, out: Tensor, told: Tensor) -> Tensor:
    R, S, = torch.size(out)
    n, room, e, = torch.slice(torch.size(C[0]), 1)
    K = n // 2
    H = torch.size(which, 0) - n
    w = int(window)
    eos = int(end)
    device = ops.prim.device(state)
    next = torch.select(state, 1, 0)
    position = torch.select(state, 1, 1)
    longest = int(torch.max(position))
    heads = torch.reshape(torch.arange(R * n, dtype=4, device=device), [R, n]) * room
    columns = torch.arange(room, dtype=4, device=device)
    zero = torch.zeros([], dtype=ops.prim.dtype(settings), device=device)
    hidden = torch.full_like(zero, -inf)
    ended = torch.zeros([R], dtype=11, device=device)
    s = 0
    going = True
    while going:
      c = ops.prim.min(room, (longest + s) // 16 * 16 + 16)
      at = torch.unsqueeze(position, 1)
      where = torch.slice(columns, 0, 0, c)
      seen = torch.le(where, at)
      if w > 0:
        seen = torch.logical_and(seen, torch.gt(where, at - w))
      bias = (self).low(torch.reshape(torch.where(seen, zero, hidden), [R, 1, 1, c]))
      place = torch.flatten(heads + at)
      turns = torch.index_select(torch.index_select(table, 0, position), 1, which)
      x = torch.embedding(P[0], next)
      for l in range(torch.len(C)):
        o = 1 + l * 4
        y = (self).turned((self).input(x, eps), P[o], turns)
        new = torch.reshape(torch.slice(y, 1, H), [R * n, e])
        _0 = torch.index_copy_(torch.reshape(torch.slice(C[l], 0, 0, R), [R * n * room, e]), 0, place, new)
        a = (self).look(torch.slice(y, 1, 0, H), torch.slice(torch.slice(C[l], 0, 0, R), 2, 0, c), bias)
        x = torch.add_(x, (self).product(a, P[o + 1]))
        x = torch.add_(x, (self).gated((self).input(x, eps), P[o + 2], P[o + 3]))
      logits = (self).wide((self).product((self).input(x, eps), P[torch.len(P) - 1]))
      next = (self).choose(logits, settings, torch.select(uniforms, 1, s))
      _1 = (self).tell(logits, next, torch.select(told, 1, s))
      _2 = torch.copy_(torch.select(out, 1, s), next)
      ended = torch.logical_or(ended, torch.eq(next, eos))
      position = torch.clamp_max(position + 1, room - 1)
      s = s + 1
      going = s < S and not bool(torch.all(ended))
    return out

  # Copies rows `take` of a cache to rows `put`, the first `upto` columns of them.
  def move(self: __torch__.Ops, C: List[Tensor], take: Tensor, put: Tensor, upto: Tensor) -> Tensor:
    for l in range(torch.len(C)):
      used = torch.slice(C[l], 2, 0, int(upto))
      _0 = torch.index_copy_(used, 0, put, torch.index_select(used, 0, take))
    return put

  # The cache of one layer, C = [[R, 2K, C, e]], with room for more rows and columns.
  def grown(self: __torch__.Ops, C: List[Tensor], rows: Tensor, columns: Tensor) -> Tensor:
    R, n, c, e, = torch.size(C[0])
    old = (self).low(C[0])
    more = torch.zeros([int(rows), n, int(columns), e], dtype=ops.prim.dtype(old), device=ops.prim.device(old))
    _0 = torch.copy_(torch.slice(torch.slice(more, 0, 0, R), 2, 0, c), old)
    return more
