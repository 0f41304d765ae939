# The student's mathematics in TorchScript text: packed into a module when the JVM starts, see
# Ops.java. Shapes: B rows, T positions, d hidden, H query heads, K key-value heads, e head width,
# V vocabulary. W is [embedding, (q, k, v, o, gate, up, down, input norm, post norm) per layer, final
# norm, output head?]. cos and sin are [context, e/2]; eps, window and such are tensors without
# dimensions; window 0 is none.
class Ops(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  # Mixed precision: matrix products and attention in bfloat16. All inputs and outputs are float32,
  # except caches.
  half : bool

  # The inputs of matrix products and attention.
  def to_compute_dtype(self: __torch__.Ops, x: Tensor) -> Tensor:
    if self.half:
      y = torch.to(x, 15)
    else:
      y = x
    return y

  # For rotations, softmax and sums, which must not be rounded to eight bits.
  def to_float32(self: __torch__.Ops, x: Tensor) -> Tensor:
    if self.half:
      y = torch.to(x, 6)
    else:
      y = x
    return y

  # x divided by its root mean square. `fold_norm` applies the norm's weight to the next matrix, which
  # is cheaper.
  def rms_norm(self: __torch__.Ops, x: Tensor, eps: Tensor) -> Tensor:
    n = torch.linalg_vector_norm(x, 2, [-1], True)
    return x * torch.rsqrt(n * n / torch.size(x, -1) + eps)

  # The same as the input of a product.
  def product_input(self: __torch__.Ops, x: Tensor, eps: Tensor) -> Tensor:
    return (self).to_compute_dtype((self).rms_norm(x, eps))

  # A projection that takes the norm's weight on its input side: (x w) A' = x (A w)'.
  def fold_norm(self: __torch__.Ops, matrix: Tensor, w: Tensor) -> Tensor:
    return (self).to_compute_dtype(matrix * w)

  # The same for queries and keys. Their rows are also reordered from rotary halves, as stored, to
  # rotary pairs: scores stay the same, as both are reordered alike, and a rotation becomes one
  # complex product.
  def fold_norm_rotary(self: __torch__.Ops, matrix: Tensor, w: Tensor, e: int) -> Tensor:
    d = torch.size(matrix, 1)
    halves = torch.reshape((self).fold_norm(matrix, w), [-1, 2, e // 2, d])
    return torch.reshape(torch.transpose(halves, 1, 2), [-1, d])

  # x [B, T, heads e] in rotary pairs, rotated by rotary [B or 1, T, 1, e/2]: [B, T, heads, e].
  def apply_rotary(self: __torch__.Ops, x: Tensor, rotary: Tensor) -> Tensor:
    B, T, n, = torch.size(x)
    half = torch.size(rotary, -1)
    z = torch.view_as_complex(torch.reshape((self).to_float32(x), [B, T, n // (2 * half), half, 2]))
    return (self).to_compute_dtype(torch.flatten(torch.view_as_real(z * rotary), 3, 4))

  def mlp(self: __torch__.Ops, x: Tensor, gate: Tensor, up: Tensor, down: Tensor) -> Tensor:
    return torch.linear(torch.silu(torch.linear(x, gate)) * torch.linear(x, up), down)

  # One matrix for queries, keys and values of normed positions: [(H + K + K) e, d].
  def qkv_weight(self: __torch__.Ops, q: Tensor, k: Tensor, v: Tensor, w: Tensor, e: int) -> Tensor:
    return torch.cat([(self).fold_norm_rotary(torch.cat([q, k], 0), w, e), (self).fold_norm(v, w)], 0)

  # Query, key and value of normed x [B, T, d]: [B, T, H, e] and twice [B, T, K, e], rotated.
  def attention_inputs(self: __torch__.Ops, x: Tensor, qkv: Tensor, hidden: int, rotary: Tensor) -> List[Tensor]:
    e = torch.size(rotary, -1) * 2
    B, T, d, = torch.size(x)
    H = hidden // e
    K = (torch.size(qkv, 0) - hidden) // (2 * e)
    parts = torch.split_with_sizes(torch.linear(x, qkv), [(H + K) * e, K * e], 2)
    qk = torch.split_with_sizes((self).apply_rotary(parts[0], rotary), [H, K], 2)
    return [qk[0], qk[1], torch.reshape(parts[1], [B, T, K, e])]

  # [B, T, K, e] to [B, H, T, e]: each key-value head serves H/K query heads that lie side by side.
  def repeat_kv(self: __torch__.Ops, x: Tensor, groups: int) -> Tensor:
    B, T, K, e, = torch.size(x)
    y = torch.expand(torch.unsqueeze(torch.transpose(x, 1, 2), 2), [B, K, groups, T, e])
    return torch.reshape(y, [B, K * groups, T, e])

  # Attention of whole sequences that begin at position 0; padding is on the right, where no earlier
  # position attends.
  def causal_attention(self: __torch__.Ops, q: Tensor, k: Tensor, v: Tensor, window: int) -> Tensor:
    B, T, H, e, = torch.size(q)
    groups = H // torch.size(k, 2)
    keys = (self).repeat_kv(k, groups)
    values = (self).repeat_kv(v, groups)
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
  def hidden_states(self: __torch__.Ops, W: List[Tensor], cos: Tensor, sin: Tensor, eps: Tensor, window: Tensor, ids: Tensor, keep: Tensor) -> Tensor:
    w = int(window)
    T = torch.size(ids, 1)
    rotary = torch.unsqueeze(torch.complex(torch.slice(cos, 0, 0, T), torch.slice(sin, 0, 0, T)), 1)
    layers = (torch.len(W) - 2) // 9
    x = torch.embedding(W[0], ids)
    for l in range(layers):
      o = 1 + l * 9
      qkv = (self).qkv_weight(W[o], W[o + 1], W[o + 2], W[o + 7], torch.size(cos, -1) * 2)
      a = (self).attention_inputs((self).product_input(x, eps), qkv, torch.size(W[o], 0), rotary)
      y = (self).causal_attention(a[0], a[1], a[2], w)
      if l == layers - 1:
        x = torch.index_select(torch.flatten(x, 0, 1), 0, keep)
        y = torch.index_select(torch.flatten(y, 0, 1), 0, keep)
      x = x + torch.linear(y, (self).to_compute_dtype(W[o + 3]))
      n = W[o + 8]
      x = x + (self).mlp((self).product_input(x, eps), (self).fold_norm(W[o + 4], n), (self).fold_norm(W[o + 5], n), (self).to_compute_dtype(W[o + 6]))
    return (self).rms_norm(x, eps) * W[1 + layers * 9]

  def lm_head(self: __torch__.Ops, W: List[Tensor]) -> Tensor:
    if torch.len(W) % 9 == 2:
      h = W[0]
    else:
      h = W[torch.len(W) - 1]
    return h

  # Logits at the flat positions `keep`: [N, V].
  def logits(self: __torch__.Ops, W: List[Tensor], cos: Tensor, sin: Tensor, eps: Tensor, window: Tensor, ids: Tensor, keep: Tensor) -> Tensor:
    h = (self).hidden_states(W, cos, sin, eps, window, ids, keep)
    return (self).to_float32(torch.linear((self).to_compute_dtype(h), (self).to_compute_dtype((self).lm_head(W))))

  # Sums of token log-probabilities [N] by sequence: [B], zeros given.
  def sum_by_sequence(self: __torch__.Ops, logps: Tensor, rows: Tensor, zeros: Tensor) -> Tensor:
    return torch.index_add(zeros, 0, rows, logps)

  # Sequence log-probabilities [B], sums over completion tokens of hidden states h [N, d], and the
  # inputs of `logps_backward`: h with its graph, and log-probabilities of all tokens [N, V]. Where
  # these would be more than `most` numbers they are computed in chunks and not kept. The head's part
  # has no graph: its gradient is simple, and cheaper by hand.
  def completion_logps(self: __torch__.Ops, head: Tensor, h: Tensor, targets: Tensor, rows: Tensor, zeros: Tensor, most: Tensor) -> List[Tensor]:
    N = torch.size(h, 0)
    step = ops.prim.max(1, int(most) // torch.size(head, 0))
    states = (self).to_compute_dtype(torch.detach(h))
    matrix = (self).to_compute_dtype(torch.detach(head))
    t = torch.unsqueeze(targets, 1)
    if N <= step:
      all = torch.log_softmax((self).to_float32(torch.linear(states, matrix)), -1)
      logps = torch.gather(all, 1, t)
    else:
      all = torch.empty([0], dtype=ops.prim.dtype(h), device=ops.prim.device(h))
      parts = annotate(List[Tensor], [])
      for n in range((N + step - 1) // step):
        z = (self).to_float32(torch.linear(torch.slice(states, 0, n * step, (n + 1) * step), matrix))
        _0 = torch.append(parts, torch.gather(torch.log_softmax(z, -1), 1, torch.slice(t, 0, n * step, (n + 1) * step)))
      logps = torch.cat(parts, 0)
    return [(self).sum_by_sequence(torch.squeeze(logps, 1), rows, zeros), h, all]

  # The gradient by h of the sum of c [N, 1] times the targets' log-probabilities: c (onehot - p)
  # times the head. The gradient by the head itself is added to G[0], if there is one. Overwrites
  # `all`.
  def logps_backward(self: __torch__.Ops, head: Tensor, G: List[Tensor], h: Tensor, all: Tensor, targets: Tensor, c: Tensor, most: Tensor) -> Tensor:
    N = torch.size(h, 0)
    step = ops.prim.max(1, int(most) // torch.size(head, 0))
    states = (self).to_compute_dtype(torch.detach(h))
    matrix = (self).to_compute_dtype(torch.detach(head))
    parts = annotate(List[Tensor], [])
    for n in range((N + step - 1) // step):
      x = torch.slice(states, 0, n * step, (n + 1) * step)
      w = torch.slice(c, 0, n * step, (n + 1) * step)
      if N <= step:
        p = torch.exp_(all)
      else:
        p = torch.softmax((self).to_float32(torch.linear(x, matrix)), -1)
      _0 = torch.mul_(p, torch.neg(w))
      _1 = torch.scatter_add_(p, 1, torch.unsqueeze(torch.slice(targets, 0, n * step, (n + 1) * step), 1), w)
      p = (self).to_compute_dtype(p)
      if torch.len(G) > 0:
        if self.half:
          _2 = torch.add_(G[0], torch.mm(torch.t(p), x))
        else:
          _2 = torch.addmm_(G[0], torch.t(p), x)
      _3 = torch.append(parts, (self).to_float32(torch.mm(p, matrix)))
    return torch.cat(parts, 0)

  def sequence_logps(self: __torch__.Ops, W: List[Tensor], cos: Tensor, sin: Tensor, eps: Tensor, window: Tensor, ids: Tensor, keep: Tensor, targets: Tensor, rows: Tensor, zeros: Tensor, most: Tensor) -> List[Tensor]:
    h = (self).hidden_states(W, cos, sin, eps, window, ids, keep)
    return (self).completion_logps((self).lm_head(W), h, targets, rows, zeros, most)

  # The attention mask of completions, as numbers to add to scores [R, 1, S, T + S]: each attends to
  # its prompt, of these lengths [R], and to itself.
  def shared_prefix_bias(self: __torch__.Ops, x: Tensor, lengths: Tensor, T: int, S: int, window: int) -> Tensor:
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
  def gather_rows(self: __torch__.Ops, x: Tensor, at: Tensor) -> Tensor:
    B, T, = torch.size(at)
    return torch.reshape(torch.index_select(x, 0, torch.flatten(at)), [B, T, torch.size(x, 1), torch.size(x, 2)])

  # Sequence log-probabilities of completions [R], without gradients; see SharedPrefixBatch.java.
  def shared_prefix_logps(self: __torch__.Ops, W: List[Tensor], cos: Tensor, sin: Tensor, eps: Tensor, window: Tensor, ids: Tensor, positions: Tensor, prompts: Tensor, prompt_places: Tensor, own: Tensor, own_places: Tensor, seen: Tensor, lengths: Tensor, targets: Tensor, rows: Tensor, zeros: Tensor, most: Tensor) -> List[Tensor]:
    w = int(window)
    R, S, = torch.size(own)
    T = torch.size(prompts, 1)
    layers = (torch.len(W) - 2) // 9
    rotary = torch.unsqueeze(torch.unsqueeze(torch.index_select(torch.complex(cos, sin), 0, positions), 0), 2)
    x = torch.embedding(W[0], ids)
    bias = (self).to_compute_dtype((self).shared_prefix_bias(x, lengths, T, S, w))
    for l in range(layers):
      o = 1 + l * 9
      qkv = (self).qkv_weight(W[o], W[o + 1], W[o + 2], W[o + 7], torch.size(cos, -1) * 2)
      a = (self).attention_inputs(torch.unsqueeze((self).product_input(x, eps), 0), qkv, torch.size(W[o], 0), rotary)
      q = torch.squeeze(a[0], 0)
      k = torch.squeeze(a[1], 0)
      v = torch.squeeze(a[2], 0)
      groups = torch.size(q, 1) // torch.size(k, 1)
      keys = (self).repeat_kv((self).gather_rows(k, seen), groups)
      values = (self).repeat_kv((self).gather_rows(v, seen), groups)
      y = torch.scaled_dot_product_attention(torch.transpose((self).gather_rows(q, own), 1, 2), keys, values, bias, 0.0, False)
      y = torch.index_select(torch.reshape(torch.transpose(y, 1, 2), [R * S, -1]), 0, own_places)
      if l == layers - 1:
        x = torch.slice(x, 0, torch.size(prompt_places, 0))
      else:
        p = (self).causal_attention((self).gather_rows(q, prompts), (self).gather_rows(k, prompts), (self).gather_rows(v, prompts), w)
        y = torch.cat([torch.index_select(torch.flatten(p, 0, 1), 0, prompt_places), y], 0)
      x = x + torch.linear(y, (self).to_compute_dtype(W[o + 3]))
      n = W[o + 8]
      x = x + (self).mlp((self).product_input(x, eps), (self).fold_norm(W[o + 4], n), (self).fold_norm(W[o + 5], n), (self).to_compute_dtype(W[o + 6]))
    h = (self).rms_norm(x, eps) * W[1 + layers * 9]
    return (self).completion_logps((self).lm_head(W), h, targets, rows, zeros, most)

  # W with scale B A added to the matrices at these indices, in rising order; AB is [A [rank, in],
  # B [out, rank]] for each. They are added in each pass: the backward pass then keeps A and B alone.
  def merge_lora(self: __torch__.Ops, AB: List[Tensor], places: Tensor, scale: Tensor, W: List[Tensor]) -> List[Tensor]:
    all = annotate(List[Tensor], [])
    _0 = torch.extend(all, W)
    for n in range(torch.len(AB) // 2):
      place = int(places[n])
      all[place] = torch.addmm(W[place], AB[2 * n + 1], AB[2 * n], beta=1, alpha=float(scale))
    return all

  def lora_logits(self: __torch__.Ops, AB: List[Tensor], places: Tensor, scale: Tensor, W: List[Tensor], cos: Tensor, sin: Tensor, eps: Tensor, window: Tensor, ids: Tensor, keep: Tensor) -> Tensor:
    return (self).logits((self).merge_lora(AB, places, scale, W), cos, sin, eps, window, ids, keep)

  def lora_sequence_logps(self: __torch__.Ops, AB: List[Tensor], places: Tensor, scale: Tensor, W: List[Tensor], cos: Tensor, sin: Tensor, eps: Tensor, window: Tensor, ids: Tensor, keep: Tensor, targets: Tensor, rows: Tensor, zeros: Tensor, most: Tensor) -> List[Tensor]:
    return (self).sequence_logps((self).merge_lora(AB, places, scale, W), cos, sin, eps, window, ids, keep, targets, rows, zeros, most)

  def lora_shared_prefix_logps(self: __torch__.Ops, AB: List[Tensor], places: Tensor, scale: Tensor, W: List[Tensor], cos: Tensor, sin: Tensor, eps: Tensor, window: Tensor, ids: Tensor, positions: Tensor, prompts: Tensor, prompt_places: Tensor, own: Tensor, own_places: Tensor, seen: Tensor, lengths: Tensor, targets: Tensor, rows: Tensor, zeros: Tensor, most: Tensor) -> List[Tensor]:
    return (self).shared_prefix_logps((self).merge_lora(AB, places, scale, W), cos, sin, eps, window, ids, positions, prompts, prompt_places, own, own_places, seen, lengths, targets, rows, zeros, most)

  # Adds to G the gradient by W of the sum of `coefficients` [B] times sequence log-probabilities, and
  # frees their graph: h and all are outputs of `sequence_logps`.
  def accumulate(self: __torch__.Ops, W: List[Tensor], cos: Tensor, sin: Tensor, eps: Tensor, window: Tensor, G: List[Tensor], h: Tensor, all: Tensor, targets: Tensor, rows: Tensor, coefficients: Tensor, most: Tensor) -> Tensor:
    c = torch.unsqueeze(torch.index_select(coefficients, 0, rows), 1)
    by_h = (self).logps_backward((self).lm_head(W), [(self).lm_head(G)], h, all, targets, c, most)
    return (self).backward(W, G, h, by_h)

  # The same by AB alone: adapters leave the head as it is.
  def lora_accumulate(self: __torch__.Ops, AB: List[Tensor], places: Tensor, scale: Tensor, W: List[Tensor], cos: Tensor, sin: Tensor, eps: Tensor, window: Tensor, G: List[Tensor], h: Tensor, all: Tensor, targets: Tensor, rows: Tensor, coefficients: Tensor, most: Tensor) -> Tensor:
    c = torch.unsqueeze(torch.index_select(coefficients, 0, rows), 1)
    by_h = (self).logps_backward((self).lm_head(W), annotate(List[Tensor], []), h, all, targets, c, most)
    return (self).backward(AB, G, h, by_h)

  # The backward pass from h to W, added to G. An output head of its own has no gradient here.
  def backward(self: __torch__.Ops, W: List[Tensor], G: List[Tensor], h: Tensor, by_h: Tensor) -> Tensor:
    seeds = annotate(List[Optional[Tensor]], [by_h])
    grads = torch.grad([h], W, seeds, None, False, True)
    for i in range(torch.len(W)):
      g = grads[i]
      if torch.__isnot__(g, None):
        _0 = torch.add_(G[i], torch.detach(unchecked_cast(Tensor, g)))
    return by_h

  # Adds L to G and clears it.
  def reduce_lanes(self: __torch__.Ops, G: List[Tensor], L: List[Tensor]) -> Tensor:
    torch._foreach_add_(G, L)
    torch._foreach_zero_(L)
    return G[0]

  # The global norm of G. G is scaled down to `limit` if its norm is above; limit 0 for never.
  def clip_grad_norm(self: __torch__.Ops, G: List[Tensor], limit: Tensor) -> Tensor:
    norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(G, 2)))
    if float(limit) > 0. and float(norm) > float(limit):
      torch._foreach_mul_(G, float(limit) / float(norm))
    return norm

  # One AdamW step in place (numbers: rate, beta1, beta2, epsilon, decay), then clears G. S counts the
  # steps.
  def adamw(self: __torch__.Ops, W: List[Tensor], G: List[Tensor], M: List[Tensor], V: List[Tensor], S: List[Tensor], numbers: Tensor) -> Tensor:
    torch._foreach_add_(S, 1)
    torch._fused_adamw_(W, G, M, V, annotate(List[Tensor], []), S, lr=float(numbers[0]), beta1=float(numbers[1]), beta2=float(numbers[2]), weight_decay=float(numbers[4]), eps=float(numbers[3]), amsgrad=False, maximize=False)
    torch._foreach_zero_(G)
    return numbers

  # Clears G, which may hold values that are not finite.
  def zero_grad(self: __torch__.Ops, G: List[Tensor]) -> Tensor:
    torch._foreach_zero_(G)
    return G[0]

  # Sets each array of W to that of B.
  def copy_weights(self: __torch__.Ops, W: List[Tensor], B: List[Tensor]) -> Tensor:
    for i in range(torch.len(W)):
      _0 = torch.copy_(torch.detach(W[i]), B[i])
    return B[0]

  # A matrix in oneDNN's layout for products with few rows. Such a product also rounds each row alike,
  # however many rows stand beside it, which a plain product does not.
  def pack_onednn(self: __torch__.Ops, matrix: Tensor) -> Tensor:
    return ops.mkldnn._reorder_linear_weight(matrix, 64)

  # The matrices of generation, made of W: qkv, out, gate above up, and down of a layer, norms
  # included; for layer = number of layers the head.
  def inference_weight(self: __torch__.Ops, W: List[Tensor], layer: Tensor, part: Tensor, width: Tensor) -> Tensor:
    o = 1 + int(layer) * 9
    n = int(part)
    if o + 8 >= torch.len(W):
      m = (self).fold_norm((self).lm_head(W), W[o])
    elif n == 0:
      m = (self).qkv_weight(W[o], W[o + 1], W[o + 2], W[o + 7], int(width))
    elif n == 1:
      m = (self).to_compute_dtype(W[o + 3])
    elif n == 2:
      m = torch.cat([(self).fold_norm(W[o + 4], W[o + 8]), (self).fold_norm(W[o + 5], W[o + 8])], 0)
    else:
      m = (self).to_compute_dtype(W[o + 6])
    return torch.contiguous(torch.clone(m))

  # Rotations by position, and ones: [context, 2, e/2].
  def rotary_table(self: __torch__.Ops, cos: Tensor, sin: Tensor) -> Tensor:
    t = torch.complex(cos, sin)
    return torch.stack([t, torch.ones_like(t)], 1)

  # x m', with m in oneDNN's layout or not.
  def packed_linear(self: __torch__.Ops, x: Tensor, m: Tensor) -> Tensor:
    if ops.prim.is_mkldnn(m):
      y = ops.mkldnn._linear_pointwise(x, m, None, "none", [], "")
    else:
      y = torch.linear(x, m)
    return y

  def packed_mlp(self: __torch__.Ops, x: Tensor, gate_up: Tensor, down: Tensor) -> Tensor:
    both = torch.chunk((self).packed_linear(x, gate_up), 2, -1)
    return (self).packed_linear(torch.mul_(torch.silu(both[0]), both[1]), down)

  # Attention of one new position per row: q [R, H, e], cached keys above values [R, 2K, C, e], bias
  # [R, 1, 1, C] of 0 or -inf. The H/K query heads of one key-value head stand where other positions
  # would, so that the cache is not repeated; at most three at a time, as with more the library orders
  # sums by C, which depends on the longest row.
  def decode_attention(self: __torch__.Ops, q: Tensor, cache: Tensor, bias: Tensor) -> Tensor:
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

  # One draw from p [R, V], with cumulative sums `upto`, by u [R, 1], and whether the drawn id is in
  # the nucleus: the ids before which the probability does not exceed top_p [R, 1]. Drawing until the
  # id is in the nucleus is drawing from the nucleus, and needs no sorting.
  def sample_top_p(self: __torch__.Ops, p: Tensor, upto: Tensor, top_p: Tensor, u: Tensor) -> List[Tensor]:
    last = torch.size(p, 1) - 1
    aim = u * torch.slice(upto, 1, last, last + 1)
    at = torch.clamp_max(torch.searchsorted(upto, aim, right=True), last)
    likelier = torch.where(torch.gt(p, torch.gather(p, 1, at)), p, 0.)
    return [torch.squeeze(at, 1), torch.squeeze(torch.le(torch.sum(likelier, [1], True), top_p), 1)]

  # The same by sorting: always in the nucleus.
  def sample_top_p_sorted(self: __torch__.Ops, all: Tensor, top_p: Tensor, u: Tensor) -> Tensor:
    p, order, = torch.sort(all, stable=True, dim=1, descending=True)
    upto = torch.cumsum(p, 1)
    last = torch.sum(torch.le(upto - p, top_p), [1], True) - 1
    aim = u * torch.gather(upto, 1, last)
    at = torch.minimum(torch.sum(torch.le(upto, aim), [1], True), last)
    return torch.squeeze(torch.gather(order, 1, at), 1)

  # The next id of each row by its logits [R, V]: the likeliest where the temperature is 0, else
  # drawn. settings [R, 2] are temperature and top_p; us [R, 3] are uniform in [0, 1): two for draws that may
  # miss the nucleus, the last for sorting.
  def sample(self: __torch__.Ops, logits: Tensor, settings: Tensor, us: Tensor) -> Tensor:
    temperature = torch.slice(settings, 1, 0, 1)
    top_p = torch.slice(settings, 1, 1, 2)
    cold = torch.le(temperature, 0.)
    if bool(torch.all(cold)):
      chosen = torch.argmax(logits, 1)
    else:
      p = torch.softmax(logits / torch.where(cold, 1., temperature), 1)
      upto = torch.cumsum(p, 1)
      drawn = (self).sample_top_p(p, upto, top_p, torch.slice(us, 1, 0, 1))
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
        drawn = (self).sample_top_p(p, torch.index_select(upto, 0, again), top_p, torch.slice(us, 1, 1, 2))
        _0 = torch.index_copy_(chosen, 0, again, drawn[0])
        if not bool(torch.all(drawn[1])):
          still = torch.squeeze(torch.nonzero(torch.logical_not(drawn[1])), 1)
          found = (self).sample_top_p_sorted(torch.index_select(p, 0, still), torch.index_select(top_p, 0, still), torch.slice(torch.index_select(us, 0, still), 1, 2, 3))
          _1 = torch.index_copy_(chosen, 0, torch.index_select(again, 0, still), found)
    return chosen

  # Log-probabilities of the chosen ids, of the likeliest k ids, and those ids, into logprobs
  # [R, 1 + 2 k]; nothing if it has no columns.
  def write_logprobs(self: __torch__.Ops, logits: Tensor, chosen: Tensor, logprobs: Tensor) -> Tensor:
    if torch.size(logprobs, 1) > 0:
      k = (torch.size(logprobs, 1) - 1) // 2
      logps = torch.log_softmax(logits, 1)
      best, ids, = torch.topk(logps, k, 1)
      all = [torch.gather(logps, 1, torch.unsqueeze(chosen, 1)), best, torch.to(ids, ops.prim.dtype(best))]
      _0 = torch.copy_(logprobs, torch.cat(all, 1))
    return logprobs

  # Queries, keys and values [.., H + 2K, e] of normed x; rotary [.., H + 2K, e/2] leave values as
  # they are.
  def qkv_rotary(self: __torch__.Ops, x: Tensor, qkv: Tensor, rotary: Tensor) -> Tensor:
    n = torch.size(rotary, -2)
    y = torch.unflatten((self).to_float32((self).packed_linear(x, qkv)), -1, [n, torch.size(rotary, -1), 2])
    return (self).to_compute_dtype(torch.flatten(torch.view_as_real(torch.view_as_complex(y) * rotary), -2, -1))

  # Begins rows: runs prompts ids [B, T], padded on the right, of these lengths [B]; copies keys and
  # values into the caches [rows, 2K, C, e] of the rows `slots` [R] that continue prompts `owners`
  # [R]; samples their first ids: out [R, 1]. P is [embedding, (qkv, out, gate up, down) per layer, head];
  # table [context, 2, e/2] has rotations and ones; `which` [H + 2K] indexes it.
  def prefill(self: __torch__.Ops, P: List[Tensor], C: List[Tensor], table: Tensor, which: Tensor, eps: Tensor, window: Tensor, ids: Tensor, lengths: Tensor, owners: Tensor, slots: Tensor, settings: Tensor, uniforms: Tensor, out: Tensor, logprobs: Tensor) -> Tensor:
    B, T, = torch.size(ids)
    K = torch.size(C[0], 1) // 2
    H = torch.size(which, 0) - 2 * K
    w = int(window)
    rotary = torch.index_select(torch.slice(table, 0, 0, T), 1, which)
    x = torch.embedding(P[0], ids)
    for l in range(torch.len(C)):
      o = 1 + l * 4
      y = torch.split_with_sizes((self).qkv_rotary((self).product_input(x, eps), P[o], rotary), [H, K, K], 2)
      cached = torch.transpose(torch.cat([y[1], y[2]], 2), 1, 2)
      _0 = torch.index_copy_(torch.slice(C[l], 2, 0, T), 0, slots, torch.index_select(cached, 0, owners))
      a = (self).causal_attention(y[0], y[1], y[2], w)
      if l == torch.len(C) - 1:
        last = lengths - 1 + torch.arange(B, dtype=4, device=ops.prim.device(ids)) * T
        x = torch.index_select(torch.flatten(x, 0, 1), 0, last)
        a = torch.index_select(torch.flatten(a, 0, 1), 0, last)
      x = x + (self).packed_linear(a, P[o + 1])
      x = x + (self).packed_mlp((self).product_input(x, eps), P[o + 2], P[o + 3])
    logits = (self).to_float32((self).packed_linear((self).product_input(x, eps), P[torch.len(P) - 1]))
    logits = torch.index_select(logits, 0, owners)
    chosen = (self).sample(logits, settings, torch.select(uniforms, 1, 0))
    _1 = (self).write_logprobs(logits, chosen, torch.select(logprobs, 1, 0))
    return torch.copy_(torch.select(out, 1, 0), chosen)

  # Continues the first R rows of the caches by up to S ids each: out [R, S], until all have sampled
  # one of `ends`; ids behind a row's end mean nothing. state [R, 2] is each row's last id and its position;
  # uniforms [R, S, 3], logprobs [R, S, 1 + 2 k].
  def decode(self: __torch__.Ops, P: List[Tensor], C: List[Tensor], table: Tensor, which: Tensor, eps: Tensor, window: Tensor, ends: Tensor, state: Tensor, settings: Tensor, uniforms: Tensor, out: Tensor, logprobs: Tensor) -> Tensor:
    R, S, = torch.size(out)
    n, room, e, = torch.slice(torch.size(C[0]), 1)
    K = n // 2
    H = torch.size(which, 0) - n
    w = int(window)
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
      bias = (self).to_compute_dtype(torch.reshape(torch.where(seen, zero, hidden), [R, 1, 1, c]))
      place = torch.flatten(heads + at)
      rotary = torch.index_select(torch.index_select(table, 0, position), 1, which)
      x = torch.embedding(P[0], next)
      for l in range(torch.len(C)):
        o = 1 + l * 4
        y = (self).qkv_rotary((self).product_input(x, eps), P[o], rotary)
        new = torch.reshape(torch.slice(y, 1, H), [R * n, e])
        _0 = torch.index_copy_(torch.reshape(torch.slice(C[l], 0, 0, R), [R * n * room, e]), 0, place, new)
        a = (self).decode_attention(torch.slice(y, 1, 0, H), torch.slice(torch.slice(C[l], 0, 0, R), 2, 0, c), bias)
        x = torch.add_(x, (self).packed_linear(a, P[o + 1]))
        x = torch.add_(x, (self).packed_mlp((self).product_input(x, eps), P[o + 2], P[o + 3]))
      logits = (self).to_float32((self).packed_linear((self).product_input(x, eps), P[torch.len(P) - 1]))
      next = (self).sample(logits, settings, torch.select(uniforms, 1, s))
      _1 = (self).write_logprobs(logits, next, torch.select(logprobs, 1, s))
      _2 = torch.copy_(torch.select(out, 1, s), next)
      ended = torch.logical_or(ended, torch.any(torch.eq(torch.unsqueeze(next, 1), ends), 1))
      position = torch.clamp_max(position + 1, room - 1)
      s = s + 1
      going = s < S and not bool(torch.all(ended))
    return out

  # Copies rows `take` of a cache to rows `put`, the first `upto` columns of them.
  def move_rows(self: __torch__.Ops, C: List[Tensor], take: Tensor, put: Tensor, upto: Tensor) -> Tensor:
    for l in range(torch.len(C)):
      used = torch.slice(C[l], 2, 0, int(upto))
      _0 = torch.index_copy_(used, 0, put, torch.index_select(used, 0, take))
    return put

  # The cache of one layer, C = [[R, 2K, C, e]], with room for more rows and columns.
  def grow_cache(self: __torch__.Ops, C: List[Tensor], rows: Tensor, columns: Tensor) -> Tensor:
    R, n, c, e, = torch.size(C[0])
    old = (self).to_compute_dtype(C[0])
    more = torch.zeros([int(rows), n, int(columns), e], dtype=ops.prim.dtype(old), device=ops.prim.device(old))
    _0 = torch.copy_(torch.slice(torch.slice(more, 0, 0, R), 2, 0, c), old)
    return more
