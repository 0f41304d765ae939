"""The student as Java has it: ops.py packed as Ops.java packs it, and called in the order in which Java calls it.

Each class names its model: Network.java, MicroBatch.java, SharedPrefixBatch.java, Learner.java, ContinuousBatch.java. What is left out is
Kafka, files, and what Java checks.
"""

import dataclasses
import io
import math
import pathlib
import zipfile

import numpy as np
import torch

OPS = pathlib.Path(__file__).resolve().parents[2] / "trainer-svc/src/main/resources/orcaflow/trainer/model/ops.py"
BLOCK = 16  # Network.BLOCK
LOGITS = 1 << 24  # Network.LOGITS
FEW_TOKENS = 384  # MicroBatch
GSPO_CLIP = (1 - 0.01, 1 + 0.014)  # Gspo
PASS_SIZE = {"cpu": (2048, 4), "cuda": (8192, 1)}  # PassSize: tokens, lanes
PROMPT_TOKENS, TOKENS, MOST_STEPS, DRAWS = 4096, 64, 16, 3  # ContinuousBatch, Sequence


def packed(half):
    """The ZIP that torch loads: text, and a pickled __torch__.Ops whose state is {training: True, half: half}."""
    state = b"\x80\x02c__torch__\nOps\n)\x81}X\x08\x00\x00\x00training\x88sX\x04\x00\x00\x00half"
    stored = {
        "ops/data.pkl": state + (b"\x88" if half else b"\x89") + b"sb.",
        "ops/code/__torch__.py": OPS.read_bytes(),
        "ops/constants.pkl": b"\x80\x02).",
        "ops/version": b"3\n",
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as zipped:
        for name, content in stored.items():
            zipped.writestr(zipfile.ZipInfo(name), content)
    return made.getvalue()


class Ops:
    """The loaded module. Java has the graph executor optimise nothing (Ops.callAll)."""

    def __init__(self, half, device, optimise=False):
        self.half, self.device, self.optimise = half, device, optimise
        self.module = torch.jit.load(io.BytesIO(packed(half)), map_location=device)

    def call(self, method, train, *inputs):
        with torch.set_grad_enabled(train), torch.jit.optimized_execution(self.optimise):
            return getattr(self.module, method)(*inputs)


@dataclasses.dataclass(frozen=True)
class Shape:
    vocabulary: int
    hidden: int
    layers: int
    heads: int
    kv: int
    width: int
    ff: int
    context: int = 512
    window: int = 0
    tied: bool = False
    eps: float = 1e-5
    theta: float = 10000.0

    def layout(self):
        """Names and extents in the order of Weights.layout."""
        d, q, k = self.hidden, self.heads * self.width, self.kv * self.width
        all = {"model.embed_tokens.weight": (self.vocabulary, d)}
        for n in range(self.layers):
            at = f"model.layers.{n}."
            all[at + "self_attn.q_proj.weight"] = (q, d)
            all[at + "self_attn.k_proj.weight"] = (k, d)
            all[at + "self_attn.v_proj.weight"] = (k, d)
            all[at + "self_attn.o_proj.weight"] = (d, q)
            all[at + "mlp.gate_proj.weight"] = (self.ff, d)
            all[at + "mlp.up_proj.weight"] = (self.ff, d)
            all[at + "mlp.down_proj.weight"] = (d, self.ff)
            all[at + "input_layernorm.weight"] = (d,)
            all[at + "post_attention_layernorm.weight"] = (d,)
        all["model.norm.weight"] = (d,)
        if not self.tied:
            all["lm_head.weight"] = (self.vocabulary, d)
        return all

    def parameters(self):
        return sum(math.prod(extents) for extents in self.layout().values())

    def weights(self, seed, device, deviation=None):
        """Random, never zero: matrices normal, norms about 1. The same on every device of one kind."""
        random = torch.Generator(device).manual_seed(seed)
        deviation = deviation or self.hidden**-0.5

        def drawn(extents):
            x = torch.randn(extents, generator=random, device=device)
            return 1 + 0.1 * x if len(extents) == 1 else deviation * x

        return {name: drawn(extents) for name, extents in self.layout().items()}

    def rotation(self):
        half = self.width // 2
        frequency = (1 / self.theta ** (np.arange(half) / half)).astype(np.float32)
        angle = np.arange(self.context + BLOCK, dtype=np.float32)[:, None] * frequency
        angle = angle.astype(np.float64)
        return torch.tensor(np.cos(angle).astype(np.float32)), torch.tensor(np.sin(angle).astype(np.float32))


class Network:
    """Inputs of every method: weights, cos, sin, eps, window; before them an adapter, its places and its scale."""

    def __init__(self, shape, weights, device, dtype=torch.float32, train=False, adapter=None):
        self.shape, self.device, self.dtype, self.adapted = shape, device, dtype, adapter is not None
        all = [weights[name].detach().to(device, dtype).clone() for name in shape.layout()]
        cos, sin = shape.rotation()
        self.inputs = [
            all,
            cos.to(device, dtype),
            sin.to(device, dtype),
            torch.tensor(shape.eps, dtype=dtype, device=device),
            torch.tensor(shape.window, device=device),
        ]
        self.learnt = all
        if adapter:
            self.learnt = [m.to(device, dtype).clone() for m in adapter.matrices]
            places = torch.tensor(adapter.places, device=device)
            scale = torch.tensor(adapter.scale, dtype=torch.float64, device=device)
            self.inputs = [self.learnt, places, scale, *self.inputs]
        if train:
            for array in self.learnt:
                array.requires_grad_(True)

    def method(self, plain):
        return "lora_" + plain if self.adapted else plain

    def zeros(self):
        return [torch.zeros_like(array) for array in self.learnt]


class Lora:
    """A and B of each projection named, both random: B is not zero, or nothing would be seen of it."""

    def __init__(self, shape, rank, alpha, targets, seed):
        random = torch.Generator().manual_seed(seed)
        names = list(shape.layout())
        self.names = [name for name in names if name.split(".")[-2] in targets]
        self.places = [names.index(name) for name in self.names]
        self.scale = alpha / rank
        self.matrices = []
        for name in self.names:
            out, into = shape.layout()[name]
            self.matrices.append(torch.randn(rank, into, generator=random) * into**-0.5)
            self.matrices.append(torch.randn(out, rank, generator=random) * 0.05)


def longs(values, device):
    return torch.from_numpy(np.ascontiguousarray(values, dtype=np.int64)).to(device)


def length(example):
    return len(example[0]) + len(example[1])


class Batch:
    """Examples, each (prompt, completion), side by side; the last token of each is only a target."""

    def __init__(self, examples, rows):
        self.rows = rows
        T = max(length(examples[row]) for row in rows) - 1
        self.ids = np.zeros((len(rows), T), np.int64)
        keep, targets, owners = [], [], []
        for b, row in enumerate(rows):
            prompt, completion = examples[row]
            self.ids[b, :] = prompt[0]
            self.ids[b, : len(prompt) + len(completion) - 1] = [*prompt, *completion][:-1]
            first = b * T + len(prompt) - 1
            keep.extend(range(first, first + len(completion)))
            targets.extend(completion)
            owners.extend([b] * len(completion))
        self.keep, self.targets, self.owners = keep, targets, owners

    def inputs(self, network):
        device = network.device
        return [
            longs(self.ids, device),
            longs(self.keep, device),
            longs(self.targets, device),
            longs(self.owners, device),
            torch.zeros(len(self.rows), dtype=network.dtype, device=device),
        ]


def parts(tokens, micro, lanes):
    needed = max(1, -(-tokens // micro))
    worth = min(lanes, max(1, tokens // FEW_TOKENS))
    return worth if needed <= worth else -(-needed // lanes) * lanes


def cut(examples, micro, lanes=1):
    """MicroBatch.cut: about equally large micro-batches, the longest examples first."""
    order = sorted(range(len(examples)), key=lambda row: -length(examples[row]))
    total = sum(length(example) - 1 for example in examples)
    wanted = parts(total, micro, lanes)
    cap = max(1, total // wanted)
    while True:
        made, at = [], 0
        while at < len(order):
            to = min(len(order), at + max(1, cap // (length(examples[order[at]]) - 1)))
            made.append(order[at:to])
            at = to
        if len(made) <= wanted:
            return [Batch(examples, rows) for rows in made]
        cap += 1 + cap // 32


class SharedPrefixBatch:
    """Prompts that each go on in several ways: ways[fork] is a list of examples of one prompt."""

    def __init__(self, ways, first, forks):
        texts = [(ways[f][0][0][:-1], 0, -1) for f in forks]
        answers, self.branches = [], []
        for n, f in enumerate(forks):
            for way, (prompt, answer) in enumerate(ways[f]):
                texts.append(([prompt[-1], *answer[:-1]], len(prompt) - 1, n))
                answers.append(answer)
                self.branches.append(first[f] + way)
        prompts = len(forks)
        wide = max(1, max(len(text) for text, _, _ in texts[:prompts]))
        deep = max(len(text) for text, _, _ in texts[prompts:])
        prompt_at = np.zeros((prompts, wide), np.int64)
        own = np.zeros((len(answers), deep), np.int64)
        seen = np.zeros((len(answers), wide + deep), np.int64)
        ids, positions, prompt_places, own_places, lengths, targets, owners = [], [], [], [], [], [], []
        for place, (text, begin, of) in enumerate(texts):
            row, at = place - prompts, len(ids)
            where = np.arange(at, at + len(text))
            ids.extend(text)
            positions.extend(range(begin, begin + len(text)))
            if row < 0:
                prompt_at[place, : len(text)] = where
                prompt_places.extend(range(place * wide, place * wide + len(text)))
            else:
                own[row, : len(text)] = where
                seen[row, :wide] = prompt_at[of]
                seen[row, wide : wide + len(text)] = where
                lengths.append(begin)
                own_places.extend(range(row * deep, row * deep + len(text)))
                targets.extend(answers[row])
                owners.extend([row] * len(text))
        self.arrays = [ids, positions, prompt_at, prompt_places, own, own_places, seen, lengths, targets, owners]

    def inputs(self, network):
        zeros = torch.zeros(len(self.branches), dtype=network.dtype, device=network.device)
        return [longs(array, network.device) for array in self.arrays] + [zeros]

    @staticmethod
    def tokens(fork):
        return len(fork[0][0]) - 1 + sum(len(completion) for _, completion in fork)

    @staticmethod
    def cut(ways, micro, lanes):
        tokens = [SharedPrefixBatch.tokens(fork) for fork in ways]
        first = np.concatenate([[0], np.cumsum([len(fork) for fork in ways])[:-1]]).tolist()
        order = sorted(range(len(ways)), key=lambda fork: -tokens[fork])
        total = sum(tokens)
        wanted = parts(total, micro, lanes)
        cap = (total + wanted - 1) // wanted
        made, at = [], 0
        while at < len(order):
            to, held = at, 0
            while to < len(order) and (to == at or held < cap - tokens[order[to]] // 2):
                held += tokens[order[to]]
                to += 1
            made.append(SharedPrefixBatch(ways, first, order[at:to]))
            at = to
        return made


def doubles(tensor):
    return tensor.to(torch.float64).cpu().numpy()


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def kto_part(policy, reference, desirable, z, n, beta=0.1, weights=(1.0, 1.0)):
    """KtoLoss.of: loss and its gradient by each policy log-probability, float64."""
    sign = np.where(desirable, 1.0, -1.0)
    weight = np.where(desirable, *weights)
    value = sigmoid(sign * beta * (policy - reference - z))
    return float((weight * (1 - value)).sum() / n), -sign * weight * beta * value * (1 - value) / n


def dpo_part(chosen, rejected, chosen_reference, rejected_reference, n, tokens, beta=0.1, nll_weight=0.2):
    """DpoLoss.of: loss and its gradients by the chosen and the rejected log-probabilities, float64."""
    nll = nll_weight / max(1, tokens)
    margin = beta * (chosen - chosen_reference) - beta * (rejected - rejected_reference)
    loss = float(np.logaddexp(0, -margin).sum() / n - nll * chosen.sum())
    pull = beta * sigmoid(-margin) / n
    return loss, -pull - nll, pull


def gspo_part(policy, reference, lengths, advantages, tokens):
    """Gspo.Loss.of: loss and its gradient by each policy log-probability, float64."""
    ratio = np.exp((policy - reference) / lengths)
    free, bound = ratio * advantages, np.clip(ratio, *GSPO_CLIP) * advantages
    loss = -float((lengths * np.minimum(free, bound)).sum() / tokens)
    return loss, np.where(free <= bound, -free / tokens, 0.0)


def gspo_advantages(right):
    """Gspo.Group.advantage of one group's rollouts."""
    right = np.asarray(right, float)
    return (right - right.mean()) / (right.std(ddof=1) + 1e-4)


def completion_lengths(examples):
    return np.array([len(completion) for _, completion in examples])


def mismatched(examples, context):
    n = len(examples)
    pairs = ((examples[i][0], examples[(i + n - 1) % n][1]) for i in range(n))
    return [(prompt, completion[: context + 1 - len(prompt)]) for prompt, completion in pairs]


class Learner:
    """Steps as Learner.java takes them with one computing thread, which is what a GPU gets."""

    def __init__(self, ops, network, reference=None, micro=None, logits=LOGITS, clip=1.0):
        self.ops, self.network, self.reference, self.logits, self.clip = ops, network, reference, logits, clip
        tokens, lanes = PASS_SIZE["cpu" if network.device == "cpu" else "cuda"]
        self.micro = micro or tokens
        self.lanes = [network.zeros() for _ in range(lanes)]
        self.m, self.v = network.zeros(), network.zeros()
        self.steps = [torch.zeros([], device=network.device) for _ in network.learnt]

    def most(self):
        return torch.tensor(self.logits, device=self.network.device)

    def backward(self, examples, loss):
        """Adds gradients to the lanes; loss(rows, log-probabilities) gives its part and its gradient by them."""
        lanes, sums = len(self.lanes), []
        batches = cut(examples, self.micro, lanes)
        for lane in range(min(lanes, len(batches))):
            sums.append(sum(self._pass(batch, loss, self.lanes[lane]) for batch in batches[lane::lanes]))
        return sum(sums)

    def _pass(self, batch, loss, lane):
        net = self.network
        forward = [*net.inputs, *batch.inputs(net), self.most()]
        logps, h, all = self.ops.call(net.method("sequence_logps"), True, *forward)
        part, gradients = loss(batch.rows, doubles(logps.detach()))
        c = torch.tensor(gradients, dtype=torch.float64).to(net.device).to(net.dtype)
        owned = [longs(batch.targets, net.device), longs(batch.owners, net.device)]
        self.ops.call(net.method("accumulate"), True, *net.inputs, lane, h, all, *owned, c, self.most())
        return part

    def gather(self):
        for lane in self.lanes[1:]:
            self.ops.call("reduce_lanes", False, self.lanes[0], lane)
        return self.lanes[0]

    def update(self, rate=1e-5, decay=0.01):
        G = self.gather()
        net = self.network
        limit = torch.tensor(self.clip, dtype=torch.float64, device=net.device)
        norm = float(doubles(self.ops.call("clip_grad_norm", False, G, limit)))
        for matrices in (True, False):
            some = [i for i, array in enumerate(net.learnt) if (array.dim() > 1) == matrices]
            if some:
                numbers = [rate, 0.9, 0.95, 1e-8, decay if matrices else 0.0]
                lists = [[arrays[i] for i in some] for arrays in (net.learnt, G, self.m, self.v, self.steps)]
                self.ops.call("adamw", False, *lists, torch.tensor(numbers, dtype=torch.float64, device=net.device))
        return norm

    def logps(self, network, ways):
        """Of forks, [fork][way] in one row (LogProbs.forkLogProbs)."""
        flat = np.zeros(sum(len(fork) for fork in ways))
        for forks in SharedPrefixBatch.cut(ways, self.micro, len(self.lanes)):
            inputs = [*network.inputs, *forks.inputs(network), self.most()]
            flat[forks.branches] = doubles(self.ops.call(network.method("shared_prefix_logps"), False, *inputs)[0])
        return flat

    def sft_loss(self, examples):
        targets = sum(len(completion) for _, completion in examples)
        return self.backward(examples, lambda rows, p: (-p.sum() / targets, np.full(len(rows), -1.0 / targets)))

    def kto_loss(self, examples, desirable):
        """Nothing is kept of the reference: the first epoch."""
        n, desirable = len(examples), np.asarray(desirable)
        others = mismatched(examples, self.network.shape.context)
        both = self.logps(self.reference, [[e, o] for e, o in zip(examples, others)])
        by_reference, others_by_reference = both[0::2], both[1::2]
        z = max(0.0, float((self.logps(self.network, [[o] for o in others]) - others_by_reference).mean()))
        return self.backward(
            examples, lambda rows, p: kto_part(p, by_reference[rows], desirable[rows], z, n)
        )

    def dpo_loss(self, chosen, rejected):
        n = len(chosen)
        ways = [[c, r] for c, r in zip(chosen, rejected)]
        by_reference, by_policy = self.logps(self.reference, ways), self.logps(self.network, ways)
        tokens = sum(len(completion) for _, completion in chosen)
        split = [by_policy[0::2], by_policy[1::2], by_reference[0::2], by_reference[1::2]]
        loss, by_chosen, by_rejected = dpo_part(*split, n, tokens)
        gradients = np.concatenate([by_chosen, by_rejected])
        self.backward([*chosen, *rejected], lambda rows, p: (0.0, gradients[rows]))
        return loss

    def gspo_loss(self, examples, advantages):
        by_reference = self.logps(self.reference, [[e] for e in examples])
        lengths, advantages = completion_lengths(examples), np.asarray(advantages)
        tokens = int(lengths.sum())
        return self.backward(
            examples, lambda rows, p: gspo_part(p, by_reference[rows], lengths[rows], advantages[rows], tokens)
        )

    def gspo_ratios(self, examples):
        """Those of a policy to itself, by the two ways that its log-probabilities are computed: exactly, each is 1."""
        policy = self.sequence_logps(examples)
        return np.exp((policy - self.logps(self.network, [[e] for e in examples])) / completion_lengths(examples))

    def sequence_logps(self, examples):
        seen = np.zeros(len(examples))

        def keep(rows, p):
            seen[rows] = p
            return 0.0, np.zeros(len(rows))

        self.backward(examples, keep)
        return seen


class Sampling:
    """InferenceWeights.java and ContinuousBatch.java: prompts of one length, all made to the same number of tokens."""

    def __init__(self, shape, weights, ops, dtype=torch.float32):
        self.shape, self.ops, self.dtype = shape, ops, dtype
        device = self.device = ops.device
        network = Network(shape, weights, device, dtype)
        all = network.inputs[0]
        packs = device == "cpu" and not ops.half and dtype == torch.float32
        self.matrices = [all[0].clone()]
        for layer in range(shape.layers + 1):
            for part in range(4 if layer < shape.layers else 1):
                numbers = [torch.tensor(n, device=device) for n in (layer, part, shape.width)]
                matrix = ops.call("inference_weight", False, all, *numbers)
                self.matrices.append(ops.call("pack_onednn", False, matrix) if packs else matrix)
        which = [0] * (shape.heads + shape.kv) + [1] * shape.kv
        self.others = [
            ops.call("rotary_table", False, network.inputs[1], network.inputs[2]),
            longs(which, device),
            torch.tensor(shape.eps, dtype=dtype, device=device),
            torch.tensor(shape.window, device=device),
        ]

    def room(self, rows, columns):
        def grown():
            empty = torch.zeros(0, 2 * self.shape.kv, 0, self.shape.width, dtype=self.dtype, device=self.device)
            sizes = [torch.tensor(n, device=self.device) for n in (rows, columns)]
            return self.ops.call("grow_cache", False, [empty], *sizes)

        self.caches = [grown() for _ in range(self.shape.layers)]

    def _generate(self, method, further, rows, steps, setting, uniforms, k):
        settings = np.tile(np.array(setting, np.float32), (rows, 1))
        us = uniforms(rows, steps).astype(np.float32)
        out = torch.zeros(rows, steps, dtype=torch.int64).to(self.device)
        logprobs = torch.zeros(rows, steps, 1 + 2 * k if k else 0, dtype=self.dtype, device=self.device)
        inputs = [
            torch.from_numpy(settings).to(self.device, self.dtype),
            torch.from_numpy(us).to(self.device, self.dtype),
            out,
            logprobs,
        ]
        self.ops.call(method, False, self.matrices, self.caches, *self.others, *further, *inputs)
        return out.cpu().numpy(), logprobs.cpu() if k else None

    def begin(self, prompts, samples, setting, uniforms, k=0):
        """First ids of `samples` completions of each prompt; prompts may differ in length within one block."""
        T = -(-max(len(p) for p in prompts) // BLOCK) * BLOCK
        at_once = max(1, PROMPT_TOKENS // T)
        firsts = []
        for at in range(0, len(prompts), at_once):
            some = prompts[at : at + at_once]
            ids = np.zeros((len(some), T), np.int64)
            for b, prompt in enumerate(some):
                ids[b, : len(prompt)] = prompt
            owners = np.repeat(np.arange(len(some)), samples)
            slots = at * samples + np.arange(len(owners))
            further = [longs(a, self.device) for a in (ids, [len(p) for p in some], owners, slots)]
            firsts.append(self._generate("prefill", further, len(owners), 1, setting, uniforms, k))
        logprobs = torch.cat([t for _, t in firsts]) if k else None
        return np.concatenate([out for out, _ in firsts]), logprobs

    def slice(self, last, positions, steps, setting, uniforms, k=0, eos=-1):
        state = longs(np.stack([last, positions], 1), self.device)
        further = [torch.tensor(eos, device=self.device), state]
        return self._generate("decode", further, len(last), steps, setting, uniforms, k)

    def move(self, take, put, upto):
        self.ops.call(
            "move_rows", False, self.caches, longs(take, self.device), longs(put, self.device),
            torch.tensor(upto, device=self.device),
        )

    def answers(self, prompts, samples, tokens, setting, uniforms, k=0, steps=None):
        """ids [R, tokens] and log-probabilities. Steps of a slice as ContinuousBatch.proceed has them, if not given."""
        rows = len(prompts) * samples
        longest = max(len(p) for p in prompts) + tokens
        self.room(rows, -(-longest // BLOCK) * BLOCK)
        ids, logprobs = self.begin(prompts, samples, setting, uniforms, k)
        made, all_logprobs = [ids], [logprobs]
        positions = np.repeat([len(p) for p in prompts], samples)
        steps = steps or max(1, min(MOST_STEPS, TOKENS // rows))
        done = 1
        while done < tokens:
            s = min(steps, tokens - done)
            ids, logprobs = self.slice(made[-1][:, -1], positions + done - 1, s, setting, uniforms, k)
            made.append(ids)
            all_logprobs.append(logprobs)
            done += s
        return np.concatenate(made, 1), torch.cat(all_logprobs, 1) if k else None
