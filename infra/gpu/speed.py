"""How fast a student of a billion parameters learns and answers on a GPU, in turns with what others would use."""

import contextlib
import dataclasses
import gc
import itertools
import statistics
import time

import numpy as np
import torch

import student
from correctness import transformer
from student import Learner, Network, Ops, Sampling, Shape, cut, longs, length, mismatched

PEAK = 989e12  # dense bfloat16 operations a second of an H100 or H200, by its data sheet
SETTING = (0.7, 0.95)


@dataclasses.dataclass(frozen=True)
class Scale:
    shape: Shape
    sft_rows: int
    kto_rows: int
    prompt: tuple
    completion: tuple
    passes: tuple
    rows: tuple
    asked: int
    new: int
    trl_rows: int
    rounds: int
    floor: float | None  # ours over the peer's; none where only the code path is tried


FULL = Scale(
    Shape(32000, 2048, 16, 32, 8, 64, 8192, context=2048, tied=True, theta=500000.0),
    160, 128, (48, 144), (160, 416), (2048, student.PASS_SIZE["cuda"][0], 16384), (64, 256), 64, 256, 16, 3, 1.0,
)
TINY = Scale(
    Shape(256, 64, 2, 4, 2, 16, 128, context=256, tied=True),
    8, 8, (5, 20), (10, 40), (128, 512), (4, 8), 16, 12, 4, 2, None,
)


def examples(scale, rows, seed=11):
    random = np.random.default_rng(seed)

    def ids(bounds):
        return random.integers(3, scale.shape.vocabulary, random.integers(*bounds)).tolist()

    return [(ids(scale.prompt), ids(scale.completion)) for _ in range(rows)]


def operations(shape, rows, passes=6):
    """6 N a token, and attention's: 2 H e T^2 forward where half is masked, three times that with the way back."""
    tokens = sum(length(row) for row in rows)
    squares = sum(length(row) ** 2 for row in rows)
    return passes * shape.parameters() * tokens + passes * shape.layers * shape.heads * shape.width * squares


def synchronise(device):
    if device != "cpu":
        torch.cuda.synchronize()


def timed(run, device):
    synchronise(device)
    began = time.perf_counter()
    run()
    synchronise(device)
    return time.perf_counter() - began


def released(device):
    gc.collect()
    if device != "cpu":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()


class Ours:
    """ops.py in bfloat16, its executor as Java has it."""

    label = "ours"

    def __init__(self, scale, device, kto=False, optimise=False):
        weights = scale.shape.weights(1, device)
        ops = Ops(True, device, optimise)
        reference = Network(scale.shape, weights, device) if kto else None
        self.learner = Learner(ops, Network(scale.shape, weights, device, train=True), reference)

    def sft(self, rows, micro, logits=student.LOGITS):
        self.learner.micro, self.learner.logits = micro, logits
        self.learner.sft_loss(rows)
        self.learner.update()

    def kto(self, rows, desirable, micro):
        self.learner.micro = micro
        self.learner.kto_loss(rows, desirable)
        self.learner.update()


class Plain:
    """A loop as one would write it over transformers: SDPA, fused AdamW, autocast over float32 or all bfloat16."""

    def __init__(self, scale, device, kto=False, pure=False):
        import transformers

        how = "all bfloat16" if pure else "autocast"
        self.label = f"transformers {transformers.__version__}, {how}"
        self.device, self.pure, self.context = device, pure, scale.shape.context
        weights = scale.shape.weights(1, device)
        dtype = torch.bfloat16 if pure else torch.float32
        self.model = transformer(scale.shape, weights, device, dtype).train()
        self.reference = transformer(scale.shape, weights, device, dtype).eval() if kto else None
        del weights
        how = {"lr": 1e-5, "betas": (0.9, 0.95), "weight_decay": 0.01, "fused": True}
        self.optimiser = torch.optim.AdamW(self.model.parameters(), **how)

    def logits(self, batch, model=None):
        lower = contextlib.nullcontext() if self.pure else torch.autocast(self.device, torch.bfloat16)
        with lower:
            return (model or self.model)(input_ids=longs(batch.ids, self.device), use_cache=False).logits.float()

    def labels(self, batch):
        labels = np.full(batch.ids.size, -100, np.int64)
        labels[batch.keep] = batch.targets
        return longs(labels.reshape(batch.ids.shape), self.device)

    def logps(self, batch, model=None):
        """TRL's: log-softmax at every position, those outside completions left out of the sum."""
        z, labels = self.logits(batch, model), self.labels(batch)
        picked = z.gather(2, labels.clamp(min=0)[:, :, None])[:, :, 0] - z.logsumexp(2)
        return (picked * (labels >= 0)).sum(1)

    def step(self):
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad()

    def sft(self, rows, micro):
        targets = sum(len(completion) for _, completion in rows)
        for batch in cut(rows, micro):
            z = self.logits(batch).flatten(0, 1)
            labels = self.labels(batch).flatten()
            loss = torch.nn.functional.cross_entropy(z, labels, ignore_index=-100, reduction="sum")
            (loss / targets).backward()
        self.step()

    def kto(self, rows, desirable, micro):
        """TRL's _compute_loss, but with z of the whole batch, as ours has it."""
        n, apart = len(rows), []
        with torch.no_grad():
            for batch in cut(mismatched(rows, self.context), micro):
                apart.append(self.logps(batch) - self.logps(batch, self.reference))
            z = torch.cat(apart).mean().clamp(min=0)
        for batch in cut(rows, micro):
            with torch.no_grad():
                by_reference = self.logps(batch, self.reference)
            ratio = self.logps(batch) - by_reference - z
            signs = np.where(np.asarray(desirable)[batch.rows], 1.0, -1.0).astype(np.float32)
            sign = torch.from_numpy(signs).to(self.device)
            ((1 - torch.sigmoid(0.1 * sign * ratio)).sum() / n).backward()
        self.step()


class Times:
    """Seconds by what was timed, and its peak memory."""

    def __init__(self):
        self.seconds, self.memory, self.labels, self.failed = {}, {}, {}, {}

    def turn(self, build, variants, device, warm=1, runs=2):
        """One side, built, warmed up, timed and let go, so that its peak memory is its own."""
        released(device)
        try:
            side = build()
        except Exception as e:
            self.failed |= dict.fromkeys(variants, e.with_traceback(None))
            return
        for name, run in variants.items():
            if name in self.failed:
                continue
            try:
                released(device)
                for _ in range(warm):
                    run(side)
                self.seconds.setdefault(name, []).extend(timed(lambda: run(side), device) for _ in range(runs))
                self.keep_peak(name, device)
                self.labels[name] = side.label
            except Exception as e:
                self.failed[name] = e.with_traceback(None)  # whose frames hold arrays
        del side
        released(device)

    def keep_peak(self, name, device):
        if device != "cpu":
            self.memory[name] = max(self.memory.get(name, 0), torch.cuda.max_memory_allocated() / 1e9)

    def rows(self, table, name, work, flops=None):
        """tokens/s of one, with what it took; how many fit a second, or None if it failed."""
        if name in self.failed:
            # A peer that cannot is no fault of ours.
            (table.missed if name.endswith("ours") else table.skipped)(name, self.failed[name])
            return None
        if name not in self.seconds:
            table.skipped(name, "time")
            return None
        rates = sorted(work / s for s in self.seconds[name])
        middle = statistics.median(rates)
        note = self.labels[name]
        if name in self.memory:
            table.silent(name + ", peak memory", self.memory[name], "GB", note)
            if flops:
                table.silent(name + ", MFU", flops / work * middle / PEAK, "of 989 TFLOP/s", note)
                note += f", MFU {flops / work * middle / PEAK:.1%}"
            note += f", peak {self.memory[name]:.1f} GB"
        table.plain(name, middle, "tokens/s", note, rates[0], rates[-1], len(rates))
        return middle


def ratio(table, name, ours, theirs, peer, floor):
    if ours and theirs:
        table.floor(name, ours / theirs, "times", floor, peer)


def rounds(scale, clock, share, each):
    """Turns, the order of sides reversed in every other; none but the first is begun that would outlast its share."""
    began, end = time.monotonic(), time.monotonic() + min(share, clock.left())
    for n in range(scale.rounds):
        if n and time.monotonic() + 1.1 * (time.monotonic() - began) / n > end:
            return
        for turn in each[:: -1 if n % 2 else 1]:
            turn()


def sft(table, scale, device, clock):
    rows, times = examples(scale, scale.sft_rows), Times()
    tokens, flops = sum(map(length, rows)), operations(scale.shape, rows)
    many = scale.passes[-1]

    def name(micro, who):
        return f"SFT, passes of {micro:,}, {who}"

    chunk = f"SFT, passes of {many:,}, logits of 2^28, ours"
    ours = {name(m, "ours"): (lambda side, m=m: side.sft(rows, m)) for m in scale.passes}
    ours[chunk] = lambda side: side.sft(rows, many, 1 << 28)
    mixed = {name(m, "autocast"): (lambda side, m=m: side.sft(rows, m)) for m in scale.passes}
    pure = {name(m, "all bfloat16"): (lambda side, m=m: side.sft(rows, m)) for m in scale.passes[1:]}
    sides = [
        lambda: times.turn(lambda: Ours(scale, device), ours, device),
        lambda: times.turn(lambda: Plain(scale, device), mixed, device),
        lambda: times.turn(lambda: Plain(scale, device, pure=True), pure, device),
    ]
    try:
        rounds(scale, clock, 80, sides)
    finally:  # also when time is up
        rates = {n: times.rows(table, n, tokens, flops) for n in itertools.chain(ours, mixed, pure)}
        for m in scale.passes:
            both = rates[name(m, "ours")], rates[name(m, "autocast")]
            ratio(table, f"SFT, passes of {m:,}, ours / autocast", *both, "the same passes", scale.floor)
        best = max((rates[n] or 0 for n in ours), default=0)
        ratio(table, "SFT, best of ours / all bfloat16", best, rates[name(many, "all bfloat16")], "no floor", None)


def kto(table, scale, device, clock):
    rows, times = examples(scale, scale.kto_rows, 12), Times()
    desirable = [n % 3 != 0 for n in range(len(rows))]
    tokens = sum(map(length, rows))
    others = mismatched(rows, scale.shape.context)
    flops = operations(scale.shape, rows) + operations(scale.shape, rows, 2) + 2 * operations(scale.shape, others, 2)

    def name(micro, who):
        return f"KTO, passes of {micro:,}, {who}"

    def variants(who):
        return {name(m, who): (lambda side, m=m: side.kto(rows, desirable, m)) for m in scale.passes}

    trl = f"KTO, {scale.trl_rows} rows a pass, TRL"
    ours, mixed = variants("ours"), variants("autocast")
    sides = [
        lambda: times.turn(lambda: Ours(scale, device, True), ours, device),
        lambda: times.turn(lambda: Plain(scale, device, True), mixed, device),
        lambda: trl_turn(times, trl, scale, device, rows, desirable),
    ]
    try:
        rounds(scale, clock, 90, sides)
    finally:  # also when time is up
        rates = {n: times.rows(table, n, tokens, flops) for n in itertools.chain(ours, mixed)}
        rates[trl] = times.rows(table, trl, tokens, flops)
        for m in scale.passes:
            both = rates[name(m, "ours")], rates[name(m, "autocast")]
            peer = "plain PyTorch KTO after TRL's formula, the same passes"
            ratio(table, f"KTO, passes of {m:,}, ours / plain", *both, peer, scale.floor)
        as_java = student.PASS_SIZE["cuda"][0]
        as_java = as_java if as_java in scale.passes else scale.passes[-1]
        both = rates[name(as_java, "ours")], rates[trl]
        ratio(table, f"KTO, passes of {as_java:,}, ours / TRL", *both, "KTOTrainer", scale.floor)


def trl_turn(times, name, scale, device, rows, desirable, runs=2):
    """TRL's KTOTrainer at its defaults, but without checkpointing of gradients: a turn's steps are its callbacks'."""
    if name in times.failed:
        return
    try:
        released(device)
        steps = trl_steps(scale, device, rows, desirable, 1 + runs)
        times.seconds.setdefault(name, []).extend(steps[1:])
        times.keep_peak(name, device)
        import trl

        times.labels[name] = f"TRL {trl.__version__} KTOTrainer, bf16"
    except Exception as e:
        times.failed[name] = e.with_traceback(None)
    released(device)


def trl_steps(scale, device, rows, desirable, steps):
    import tempfile

    from datasets import Dataset
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast, TrainerCallback
    from transformers.utils import logging
    from trl import KTOConfig, KTOTrainer

    logging.set_verbosity_error()
    words = Tokenizer(models.WordLevel({f"<{n}>": n for n in range(scale.shape.vocabulary)}, unk_token="<0>"))
    words.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    special = {"bos_token": "<1>", "eos_token": "<2>", "pad_token": "<0>"}
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, **special)

    def text(ids):
        return " ".join(f"<{n}>" for n in ids)

    data = [
        {"prompt": text(p), "completion": " " + text(c), "label": d} for (p, c), d in zip(rows, desirable)
    ] * steps
    seconds = []

    class Timed(TrainerCallback):
        def on_step_begin(self, args, state, control, **rest):
            synchronise(device)
            self.began = time.perf_counter()

        def on_step_end(self, args, state, control, **rest):
            synchronise(device)
            seconds.append(time.perf_counter() - self.began)

    weights = scale.shape.weights(1, device)
    model = transformer(scale.shape, weights, device, torch.float32)
    reference = transformer(scale.shape, weights, device, torch.float32)
    del weights
    with tempfile.TemporaryDirectory() as out:
        trainer = KTOTrainer(
            model=model,
            ref_model=reference,
            args=KTOConfig(
                output_dir=out,
                bf16=device != "cpu",
                use_cpu=device == "cpu",
                per_device_train_batch_size=scale.trl_rows,
                gradient_accumulation_steps=len(rows) // scale.trl_rows,
                gradient_checkpointing=False,
                learning_rate=1e-5,
                max_steps=steps,
                report_to="none",
                save_strategy="no",
                disable_tqdm=True,
                logging_strategy="no",
            ),
            train_dataset=Dataset.from_list(data),
            processing_class=tokenizer,
            callbacks=[Timed()],
        )
        trainer.train()
    return seconds


def sampling(table, scale, device, clock):
    import transformers

    shape = scale.shape
    weights = shape.weights(1, device)
    ours = Sampling(shape, weights, Ops(True, device))
    model = transformer(shape, weights, device, torch.bfloat16).eval()
    model.generation_config.eos_token_id = None
    del weights
    random = np.random.default_rng(13)
    prompts = {R: random.integers(3, shape.vocabulary, (R, scale.asked)) for R in scale.rows}

    def draws(rows, steps):
        return random.random((rows, steps, student.DRAWS), np.float32)

    def slices(R, steps):
        ours.answers(prompts[R].tolist(), 1, scale.new, SETTING, draws, steps=steps)

    def generate(R):
        ids = longs(prompts[R], device)
        with torch.inference_mode():
            model.generate(
                ids, attention_mask=torch.ones_like(ids), max_new_tokens=scale.new, pad_token_id=0, do_sample=True,
                temperature=SETTING[0], top_p=SETTING[1], top_k=0,
            )

    class Both:
        label = ""

    times, sides = Times(), []

    def name(R, who):
        return f"sampling, {R} rows, {who}"

    for R in scale.rows:
        as_java = max(1, min(student.MOST_STEPS, student.TOKENS // R))
        all = {
            name(R, f"slices of {as_java}, ours"): lambda side, R=R, s=as_java: slices(R, s),
            name(R, "slices of 16, ours"): lambda side, R=R: slices(R, 16),
            name(R, "transformers"): lambda side, R=R: generate(R),
        }
        sides.append((R, as_java, all))

    try:
        for R, _, all in sides:
            if clock.left() < 20:
                break
            # The first answer of each warms it up; later ones find it warm.
            for n, run in all.items():
                times.turn(Both, {n: run}, device, warm=0, runs=1)
            cold = {n: times.seconds.pop(n, None) for n in all}
            print("  first answers: " + ", ".join(f"{n} {s[0]:.1f} s" for n, s in cold.items() if s), flush=True)
            turns = [lambda n=n, run=run: times.turn(Both, {n: run}, device, warm=0, runs=1) for n, run in all.items()]
            rounds(scale, clock, 40, turns)
    finally:
        times.memory.clear()  # Both sides stay, so that neither peak is its own.
        peer = f"transformers {transformers.__version__} generate, bfloat16"
        for R, as_java, all in sides:
            for n in all:
                times.labels[n] = peer if n.endswith("transformers") else "prefill and decode of ops.py"
            rates = {n: times.rows(table, n, R * scale.new) for n in all}
            both = rates[name(R, f"slices of {as_java}, ours")], rates[name(R, "transformers")]
            ratio(table, f"sampling, {R} rows, slices of {as_java}, ours / peer", *both, peer, scale.floor)


def optimised(table, scale, device, clock):
    """Whether the executor's optimising, which Java turns off, would help: one pass of SFT, and decoding."""
    rows = examples(scale, max(2, scale.sft_rows // 20), 14)
    tokens = sum(map(length, rows))
    for optimise in (False, True):
        how = "optimising" if optimise else "not optimising"
        released(device)
        name, side = f"SFT, few rows, executor {how}", Ours(scale, device, optimise=optimise)
        try:
            warm = sum(timed(lambda: side.sft(rows, 1 << 20), device) for _ in range(3))
            steady = [timed(lambda: side.sft(rows, 1 << 20), device) for _ in range(3)]
            rate = tokens / statistics.median(steady)
            table.plain(name, rate, "tokens/s", f"three steps before took {warm:.1f} s")
        except RuntimeError as e:
            # Java has it off, so that no bound is missed.
            table.skipped(name, "cannot: " + str(e).strip().splitlines()[-1])
        del side
        released(device)
    R, shape = scale.rows[0], scale.shape
    weights = shape.weights(1, device)
    random = np.random.default_rng(15)
    prompts = random.integers(3, shape.vocabulary, (R, scale.asked)).tolist()

    def draws(rows, steps):
        return random.random((rows, steps, student.DRAWS), np.float32)

    for optimise in (False, True):
        how = "optimising" if optimise else "not optimising"
        if clock.left() < 15:
            table.skipped(f"sampling, {R} rows, executor {how}", "time")
            continue
        ours = Sampling(shape, weights, Ops(True, device, optimise))
        new = max(4, scale.new // 4)

        def run():
            ours.answers(prompts, 1, new, SETTING, draws, steps=1)

        warm = timed(run, device)
        steady = timed(run, device)
        note = f"{new} tokens a row; the same before took {warm:.1f} s"
        table.plain(f"sampling, {R} rows, executor {how}", R * new / steady, "tokens/s", note)


def profile(scale, device, file):
    """Where one SFT step and one slice of decoding spend the GPU's time, ours and transformers'."""
    from torch.profiler import ProfilerActivity, profile as watched

    rows = examples(scale, max(2, scale.sft_rows // 4), 16)
    shape = scale.shape
    activities = [ProfilerActivity.CPU] + ([ProfilerActivity.CUDA] if device != "cpu" else [])

    def note(title, run):
        run()
        with watched(activities=activities) as seen:
            seconds = timed(run, device)
        kernels, calls = {}, {}
        for event in seen.events():
            on_gpu = str(event.device_type).endswith("CUDA")
            if on_gpu or device == "cpu":
                sum = kernels.setdefault(event.name, [0.0, 0])
                sum[0] += event.time_range.elapsed_us()
                sum[1] += 1
            elif event.name.startswith(("cuda", "cuLaunch")):
                calls[event.name] = calls.get(event.name, 0) + 1
        all = sum_of(kernels)
        file.write(f"{title}: {1e3 * seconds:.1f} ms, in kernels {all / 1e3:.1f} ms\n")
        for name, (us, n) in sorted(kernels.items(), key=lambda k: -k[1][0])[:12]:
            file.write(f"  {us / 1e3:9.2f} ms {us / max(all, 1):6.1%} {n:6d} x  {name[:110]}\n")
        for name, n in sorted(calls.items(), key=lambda c: -c[1])[:6]:
            file.write(f"  {n:9d} calls of {name}\n")
        file.flush()

    ours = Ours(scale, device)
    for micro in scale.passes:
        note(f"SFT step, passes of {micro}, ours", lambda: ours.sft(rows, micro))
    del ours
    released(device)
    plain = Plain(scale, device)
    note("SFT step, one size of passes, " + plain.label, lambda: plain.sft(rows, scale.passes[1]))
    del plain
    released(device)
    R = scale.rows[0]
    weights = shape.weights(1, device)
    sampler = Sampling(shape, weights, Ops(True, device))
    random = np.random.default_rng(17)
    prompts = random.integers(3, shape.vocabulary, (R, scale.asked))

    def draws(rows, steps):
        return random.random((rows, steps, student.DRAWS), np.float32)

    sampler.room(R, -(-(scale.asked + scale.new) // student.BLOCK) * student.BLOCK)
    ids, _ = sampler.begin(prompts.tolist(), 1, SETTING, draws)
    at = np.full(R, scale.asked)

    def slices():
        for n in range(8):
            sampler.slice(ids[:, 0], at + n, 1, SETTING, draws)

    note(f"decode, 8 slices of 1, {R} rows, ours", slices)
    del sampler
    model = transformer(shape, weights, device, torch.bfloat16).eval()
    model.generation_config.eos_token_id = None
    asked = longs(prompts, device)

    def generate():
        with torch.inference_mode():
            model.generate(
                asked, attention_mask=torch.ones_like(asked), max_new_tokens=9, pad_token_id=0, do_sample=True,
                temperature=SETTING[0], top_p=SETTING[1], top_k=0,
            )

    note(f"generate, prompt and 8 more tokens, {R} rows, transformers", generate)


def sum_of(kernels):
    return sum(us for us, _ in kernels.values())
