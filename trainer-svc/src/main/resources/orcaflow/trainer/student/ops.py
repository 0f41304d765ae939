# The student's mathematics in TorchScript text: packed into a module when the JVM starts, see Ops.java.
# Shapes: B rows, T positions, d hidden, H query heads, K key-value heads, e head width, V vocabulary.
# W is [embedding, (q, k, v, o, gate, up, down, input norm, post norm) a layer, final norm, output head?].
# cos and sin are [context, e/2]; eps, window and such are tensors without dimensions; window 0 is none.
class Ops(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def rms(self: __torch__.Ops, x: Tensor, w: Tensor, eps: Tensor) -> Tensor:
    return x * torch.rsqrt(torch.mean(x * x, [-1], True) + eps) * w

  # Half-split rotary embedding of x [B, T, heads, e] by cos and sin [B or 1, T, 1, e/2].
  def rotate(self: __torch__.Ops, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    parts = torch.chunk(x, 2, -1)
    a = parts[0]
    b = parts[1]
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)

  def mlp(self: __torch__.Ops, x: Tensor, gate: Tensor, up: Tensor, down: Tensor) -> Tensor:
    parts = torch.chunk(torch.linear(x, torch.cat([gate, up], 0)), 2, -1)
    return torch.linear(torch.silu(parts[0]) * parts[1], down)

  # Query, key and value of x [B, T, d]: [B, T, H, e] and twice [B, T, K, e], rotated.
  def attention_inputs(self: __torch__.Ops, x: Tensor, q: Tensor, k: Tensor, v: Tensor, cos: Tensor, sin: Tensor) -> List[Tensor]:
    e = torch.size(cos, -1) * 2
    H = torch.size(q, 0) // e
    K = torch.size(k, 0) // e
    B = torch.size(x, 0)
    T = torch.size(x, 1)
    qkv = torch.reshape(torch.linear(x, torch.cat([q, k, v], 0)), [B, T, H + K + K, e])
    parts = torch.split_with_sizes(qkv, [H + K, K], 2)
    qk = torch.split_with_sizes((self).rotate(parts[0], cos, sin), [H, K], 2)
    return [qk[0], qk[1], parts[1]]

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
    c = torch.unsqueeze(torch.slice(cos, 0, 0, T), 1)
    s = torch.unsqueeze(torch.slice(sin, 0, 0, T), 1)
    layers = (torch.len(W) - 2) // 9
    x = torch.embedding(W[0], ids)
    for l in range(layers):
      o = 1 + l * 9
      a = (self).attention_inputs((self).rms(x, W[o + 7], eps), W[o], W[o + 1], W[o + 2], c, s)
      y = (self).attend(a[0], a[1], a[2], w)
      if l == layers - 1:
        x = torch.index_select(torch.flatten(x, 0, 1), 0, keep)
        y = torch.index_select(torch.flatten(y, 0, 1), 0, keep)
      x = x + torch.linear(y, W[o + 3])
      x = x + (self).mlp((self).rms(x, W[o + 8], eps), W[o + 4], W[o + 5], W[o + 6])
    return (self).rms(x, W[1 + layers * 9], eps)

  def head(self: __torch__.Ops, W: List[Tensor]) -> Tensor:
    if torch.len(W) % 9 == 2:
      h = W[0]
    else:
      h = W[torch.len(W) - 1]
    return h

  # Logits at the flat positions `keep`: [N, V].
  def logits(self: __torch__.Ops, W: List[Tensor], cos: Tensor, sin: Tensor, eps: Tensor, window: Tensor, ids: Tensor, keep: Tensor) -> Tensor:
    return torch.linear((self).hidden(W, cos, sin, eps, window, ids, keep), (self).head(W))

  # Log-probability of each target [N] under its logits [N, V].
  def token_logps(self: __torch__.Ops, logits: Tensor, targets: Tensor) -> Tensor:
    return torch.squeeze(torch.gather(torch.log_softmax(logits, -1), 1, torch.unsqueeze(targets, 1)), 1)

  # Sums of token log-probabilities [N] by sequence: [B], zeros given.
  def sums(self: __torch__.Ops, logps: Tensor, rows: Tensor, zeros: Tensor) -> Tensor:
    return torch.index_add(zeros, 0, rows, logps)

  # Sequence log-probabilities [B]: sums over completion tokens.
  def sequence_logps(self: __torch__.Ops, W: List[Tensor], cos: Tensor, sin: Tensor, eps: Tensor, window: Tensor, ids: Tensor, keep: Tensor, targets: Tensor, rows: Tensor, zeros: Tensor) -> Tensor:
    z = (self).logits(W, cos, sin, eps, window, ids, keep)
    return (self).sums((self).token_logps(z, targets), rows, zeros)

  # Adds the gradient of sum(coefficients * values) by W to G, and lets the graph of values go.
  def accumulate(self: __torch__.Ops, W: List[Tensor], G: List[Tensor], values: Tensor, coefficients: Tensor) -> Tensor:
    seeds = annotate(List[Optional[Tensor]], [coefficients])
    grads = torch.grad([values], W, seeds)
    for i in range(torch.len(W)):
      g = grads[i]
      if torch.__isnot__(g, None):
        _0 = torch.add_(G[i], torch.detach(unchecked_cast(Tensor, g)))
    return coefficients

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
