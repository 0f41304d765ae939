"""Whether ops.py on a device gives what it gives on a CPU in float64, and what transformers gives there."""

import functools

import numpy as np
import torch

import student
from student import Learner, Lora, Network, Ops, Sampling, Shape

# Small students that between them take every branch: a window, a tied head, groups of 1 to 4 query heads, a head width
# apart from hidden / heads, a vocabulary that no block divides.
CASES = {
    "mistral": Shape(256, 64, 2, 4, 2, 16, 128),
    "window": Shape(256, 64, 2, 4, 2, 16, 128, window=16),
    "tied": Shape(301, 96, 3, 6, 2, 16, 160, tied=True, theta=500000.0),
    "wide heads": Shape(256, 128, 2, 8, 2, 32, 192),
    "no groups": Shape(128, 64, 1, 4, 4, 16, 96, tied=True),
}
TARGETS = ["q_proj", "v_proj", "o_proj", "down_proj"]
PROMPTS, NEW, TOLD = [5, 16, 9, 14], 24, 4


def examples(shape, seed, rows):
    random = np.random.default_rng(seed)

    def ids(n):
        return random.integers(3, shape.vocabulary, n).tolist()

    return [(ids(random.integers(3, 40)), ids(random.integers(1, 60))) for _ in range(rows)]


class Given:
    """What a case is about, on the CPU in float32: the same numbers for every side."""

    def __init__(self, shape):
        self.shape = shape
        self.weights = shape.weights(1, "cpu", 0.15)
        self.reference = {k: v + 0.02 * torch.randn(v.shape, generator=_random(k)) for k, v in self.weights.items()}
        self.lora = Lora(shape, 4, 8.0, TARGETS, 3)
        self.examples = examples(shape, 5, 8)
        self.desirable = np.array([True, False, True, True, False, False, True, False])
        self.advantages = np.concatenate([student.gspo_advantages(self.desirable[n : n + 4]) for n in (0, 4)])
        again = examples(shape, 6, 8)
        self.rejected = [(e[0], r[1]) for e, r in zip(self.examples, again)]
        draw = np.random.default_rng(7)
        self.prompts = [draw.integers(3, shape.vocabulary, n).tolist() for n in PROMPTS]
        self.uniforms = draw.random((len(PROMPTS) * 2, NEW, student.DRAWS), np.float32)
        self.gradients = [torch.randn(e, generator=_random(n)) for n, e in shape.layout().items()]

    def sequence(self, row):
        prompt, completion = self.examples[row]
        return torch.tensor([[*prompt, *completion]])


def _random(name):
    return torch.Generator().manual_seed(sum(name.encode()))


def side(given, device, dtype, half, forced=None):
    """All that ops.py gives for a case, by measure; `forced` are ids that generation is led along."""
    ops, shape, made = Ops(half, device), given.shape, {}

    def network(weights, adapter=None, train=True):
        return Network(shape, weights, device, dtype, train, adapter)

    def learner(most=student.LOGITS, adapter=None):
        other = network(given.reference, train=False)
        return Learner(ops, network(given.weights, adapter), other, micro=256, logits=most)

    ids = given.sequence(0).to(device)
    keep = torch.arange(ids.shape[1], device=device)
    for name, adapter in (("", None), ("LoRA ", given.lora)):
        net = network(given.weights, adapter, False)
        made[name + "logits"] = ops.call(net.method("logits"), False, *net.inputs, ids, keep)
        few = learner(adapter=adapter)
        ways = [[e, r] for e, r in zip(given.examples, given.rejected)]
        made[name + "shared_prefix_logps"] = torch.tensor(few.logps(few.network, ways))
        for loss, run in losses(given).items():
            one = learner(adapter=adapter)
            made[f"{name}{loss} loss"] = torch.tensor([run(one)])
            made[f"{name}{loss} gradient"] = torch.cat([g.flatten() for g in one.gather()])
    chunked = learner(most=7 * shape.vocabulary)
    chunked.sft_loss(given.examples)
    made["sft gradient, logits in chunks"] = torch.cat([g.flatten() for g in chunked.gather()])
    made["sequence_logps"] = torch.tensor(learner().sequence_logps(given.examples))
    made["gspo ratios of a policy to itself"] = torch.tensor(learner().gspo_ratios(given.examples))
    made["adamw, two steps"] = adamw(learner(), given)
    made |= generated(given, Sampling(shape, given.weights, ops, dtype), forced)
    return {name: value.detach().double().cpu() for name, value in made.items()}


def losses(given):
    return {
        "sft": lambda learner: learner.sft_loss(given.examples),
        "kto": lambda learner: learner.kto_loss(given.examples, given.desirable),
        "dpo": lambda learner: learner.dpo_loss(given.examples, given.rejected),
        "gspo": lambda learner: learner.gspo_loss(given.examples, given.advantages),
    }


def adamw(learner, given):
    """What two steps change, by gradients that are given: those of a loss may be of either sign where they are none."""
    before = [w.detach().clone() for w in learner.network.learnt]
    for times in (1.0, -0.4):
        for sum, g in zip(learner.lanes[0], given.gradients):
            sum.copy_(times * g)
        learner.update(rate=1e-3, decay=0.1)
    return torch.cat([(w.detach() - b).flatten() for w, b in zip(learner.network.learnt, before)])


def generated(given, sampling, forced):
    made, rows = {}, len(given.prompts)

    def none(rows, steps):
        return np.zeros((rows, steps, student.DRAWS))

    made["greedy ids"], made["greedy logprobs"] = sampling.answers(given.prompts, 1, NEW, (0.0, 1.0), none, TOLD)
    at = [0]

    def drawn(rows, steps):
        at[0] += steps
        return given.uniforms[:rows, at[0] - steps : at[0]]

    made["sampled ids"], _ = sampling.answers(given.prompts, 2, NEW, (0.7, 0.95), drawn)
    led = made["greedy ids"] if forced is None else forced.long().numpy()
    made["led logprobs"] = led_along(given, sampling, led, none)
    greedy = made["greedy logprobs"][:, :, : 1 + TOLD]
    ids = {name: torch.tensor(made[name]) for name in ("greedy ids", "sampled ids")}
    return made | ids | {"greedy logprobs": greedy}


def led_along(given, sampling, ids, none):
    """Log-probabilities of all tokens where generation would take these ids; after some the first row leaves."""
    V, rows = given.shape.vocabulary, len(given.prompts)
    longest = max(PROMPTS) + NEW
    sampling.room(rows, -(-longest // student.BLOCK) * student.BLOCK)
    _, logprobs = sampling.begin(given.prompts, 1, (0.0, 1.0), none, V)
    kept = [spread(logprobs, V)]
    order = list(range(rows))
    positions = np.array(PROMPTS)
    for n in range(NEW - 1):
        if n == NEW // 2:
            order = [rows - 1, *range(1, rows - 1)]
            sampling.move([rows - 1], [0], int(max(positions[order])) + n)
        _, logprobs = sampling.slice(ids[order, n], positions[order] + n, 1, (0.0, 1.0), none, V)
        kept.append(spread(logprobs, V))
    return torch.cat([k.flatten() for k in kept])


def spread(logprobs, V):
    """Log-probabilities by id, of the likeliest and their ids."""
    ids = logprobs[:, 0, 1 + V :].long()
    return torch.zeros(logprobs.shape[0], V, dtype=logprobs.dtype).scatter(1, ids, logprobs[:, 0, 1 : 1 + V])


def transformer(shape, weights, device, dtype):
    """The same student in transformers."""
    from transformers import LlamaConfig, LlamaForCausalLM, MistralConfig, MistralForCausalLM

    how = {
        "vocab_size": shape.vocabulary,
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.kv,
        "head_dim": shape.width,
        "intermediate_size": shape.ff,
        "max_position_embeddings": shape.context,
        "rms_norm_eps": shape.eps,
        "tie_word_embeddings": shape.tied,
        "rope_parameters": {"rope_theta": shape.theta, "rope_type": "default"},
        "attn_implementation": "sdpa",
        "pad_token_id": 0,
        "bos_token_id": 1,
        "eos_token_id": 2,
    }
    with torch.device(device):
        if shape.window:
            model = MistralForCausalLM(MistralConfig(sliding_window=shape.window, **how))
        else:
            model = LlamaForCausalLM(LlamaConfig(**how))
    with torch.no_grad():
        found = dict(model.named_parameters())
        for name in shape.layout():
            found[name].copy_(weights[name])
    return model.to(dtype)


def independent(given):
    """Logits, losses and gradients of transformers and autograd, CPU float64, by the losses' plain formulae."""
    shape, made = given.shape, {}
    model = transformer(shape, given.weights, "cpu", torch.float64).eval()
    reference = transformer(shape, given.reference, "cpu", torch.float64).eval()
    names = list(shape.layout())
    plain = [dict(model.named_parameters())[name].detach().clone().requires_grad_(True) for name in names]
    matrices = [m.double().requires_grad_(True) for m in given.lora.matrices]

    def adapted():
        all = [w.detach() for w in plain]
        for n, place in enumerate(given.lora.places):
            all[place] = all[place] + given.lora.scale * matrices[2 * n + 1] @ matrices[2 * n]
        return all

    def logits(weights, ids):
        return torch.func.functional_call(model, dict(zip(names, weights)), (ids,)).logits[0]

    def logps(weights, rows, other=False):
        sums = []
        for prompt, completion in rows:
            ids = torch.tensor([[*prompt, *completion]])
            z = reference(ids).logits[0] if other else logits(weights, ids)
            picked = torch.log_softmax(z[:-1], 1).gather(1, ids[0, 1:, None])
            sums.append(picked[len(prompt) - 1 :].sum())
        return torch.stack(sums)

    def sft(weights):
        return -logps(weights, given.examples).sum() / sum(len(c) for _, c in given.examples)

    def kto(weights):
        others = student.mismatched(given.examples, shape.context)
        with torch.no_grad():
            z = (logps(weights, others) - logps(weights, others, True)).mean().clamp(min=0)
            by_reference = logps(weights, given.examples, True)
        ratio = logps(weights, given.examples) - by_reference - z
        return (1 - torch.sigmoid(0.1 * torch.where(torch.tensor(given.desirable), ratio, -ratio))).mean()

    def dpo(weights):
        chosen, rejected = logps(weights, given.examples), logps(weights, given.rejected)
        with torch.no_grad():
            c, r = logps(weights, given.examples, True), logps(weights, given.rejected, True)
        margin = 0.1 * (chosen - c) - 0.1 * (rejected - r)
        nll = -chosen.sum() / sum(len(c) for _, c in given.examples)
        return -torch.nn.functional.logsigmoid(margin).mean() + 0.2 * nll

    def gspo(weights):
        lengths, advantages = (torch.tensor(n) for n in (student.completion_lengths(given.examples), given.advantages))
        with torch.no_grad():
            by_reference = logps(weights, given.examples, True)
        ratio = torch.exp((logps(weights, given.examples) - by_reference) / lengths)
        surrogate = torch.min(ratio * advantages, ratio.clamp(*student.GSPO_CLIP) * advantages)
        return -(lengths * surrogate).sum() / lengths.sum()

    made["sequence_logps"] = logps(plain, given.examples)
    made["gspo ratios of a policy to itself"] = torch.ones(len(given.examples))
    for name, weights, learnt in (("", lambda: plain, plain), ("LoRA ", adapted, matrices)):
        made[name + "logits"] = logits(weights(), given.sequence(0))
        ways = [row for pair in zip(given.examples, given.rejected) for row in pair]
        made[name + "shared_prefix_logps"] = logps(weights(), ways)
        for loss, of in (("sft", sft), ("kto", kto), ("dpo", dpo), ("gspo", gspo)):
            value = of(weights())
            made[f"{name}{loss} loss"] = value.reshape(1)
            grads = torch.autograd.grad(value, learnt)
            made[f"{name}{loss} gradient"] = torch.cat([g.flatten() for g in grads])
    made["sft gradient, logits in chunks"] = made["sft gradient"]
    made["adamw, two steps"] = torch_adamw(given)
    return {name: value.detach() for name, value in made.items()}


def torch_adamw(given):
    """PyTorch's own AdamW and clipping in float64."""
    learnt = [given.weights[name].double().requires_grad_(True) for name in given.shape.layout()]
    before = [w.detach().clone() for w in learnt]
    groups = [
        {"params": [w for w in learnt if w.dim() > 1], "weight_decay": 0.1},
        {"params": [w for w in learnt if w.dim() == 1], "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.95), eps=1e-8)
    for times in (1.0, -0.4):
        for w, g in zip(learnt, given.gradients):
            w.grad = times * g.double()
        torch.nn.utils.clip_grad_norm_(learnt, 1.0)
        optimiser.step()
    return torch.cat([(w.detach() - b).flatten() for w, b in zip(learnt, before)])


def error(ours, theirs):
    """||ours - theirs|| / ||theirs||, and the largest difference; nan never passes."""
    if ours.shape != theirs.shape or not torch.isfinite(ours).all():
        return float("inf"), float("inf")
    apart = ours - theirs
    return float(apart.norm() / theirs.norm()), float(apart.abs().max())


def differing(ours, theirs):
    return float((ours != theirs).double().mean())


# Largest relative errors. bfloat16 rounds to 1/512 each time; a gradient collects several of these.
FLOAT32 = 1e-3
BFLOAT16 = {"ratios": 0.01, "adamw": 1e-3, "gradient": 0.08, "loss": 0.05, "logps": 0.01, "logprobs": 0.02, "logits": 0.04}


def bound(name, half):
    if name.endswith("ids"):
        return 0.05 if name.startswith("sampled") else 0.0
    if not half:
        return FLOAT32
    return next(value for key, value in BFLOAT16.items() if key in name)


@functools.cache
def known(name):
    """A case and its references, which serve both precisions."""
    given = Given(CASES[name])
    return given, side(given, "cpu", torch.float64, False), independent(given)


def check(table, device, half):
    """A row for each measure, its value the worst of the cases and of its references."""
    label = "bfloat16" if half else "float32"
    found = {}

    def add(measure, peer, apart, case):
        found.setdefault(measure, []).append((*apart, peer, case))

    torch.backends.cuda.matmul.allow_tf32 = False
    for case, shape in CASES.items():
        given, wide, others = known(case)
        ours = side(given, device, torch.float32, half, wide["greedy ids"])
        for measure, value in ours.items():
            if measure.startswith(("greedy", "sampled")) and half:
                continue  # Once an id differs, so does all that follows; `led` is what can be compared.
            if measure.endswith("ids"):
                add(measure, "ops.py", (differing(value, wide[measure]), 0.0), case)
            else:
                add(measure, "ops.py", error(value, wide[measure]), case)
        for measure, value in others.items():
            add(measure, "transformers", error(ours[measure], value), case)
        if not half:
            model = transformer(shape, given.weights, device, torch.float32).eval()
            with torch.no_grad():
                z = model(given.sequence(0).to(device)).logits[0].double().cpu()
            add("logits beside a device's", "transformers", error(ours["logits"], z), case)
    for measure, all in found.items():
        value, _, _, case = max(all)
        peers = " and ".join(dict.fromkeys(a[2] for a in all))
        note = f"{peers}, {'same device' if 'beside' in measure else 'CPU float64'}; worst: {case}"
        unit = "part that differs" if measure.endswith("ids") else "relative error"
        if unit == "relative error":
            note += f"; max abs {max(a[1] for a in all):.1e}"
        table.ceiling(f"{measure}, {label}", value, unit, bound(measure, half), note)
