"""Loads exports of one dataset version with `datasets` and lets TRL's trainers take a step on them, nothing renamed or removed."""

import argparse
import math
import sys
import tempfile
from pathlib import Path

import torch
import transformers
import trl
from datasets import load_dataset
from huggingface_hub import DatasetCard
from tokenizers import ByteLevelBPETokenizer
from transformers import MistralConfig, MistralForCausalLM, PreTrainedTokenizerFast

TRAINED_ON = {
    "sft": (trl.SFTTrainer, trl.SFTConfig),
    "kto": (trl.KTOTrainer, trl.KTOConfig),
    "dpo": (trl.DPOTrainer, trl.DPOConfig),
}
BATCH = 8


class Unfit(Exception):
    """The export is not what a trainer or a reader expects."""


def configurations(folder):
    """What the card's header lists."""
    card = DatasetCard.load(folder / "README.md")
    return [entry["config_name"] for entry in card.data.to_dict()["configs"]]


def make_student(rows, folder):
    """A random model, always the same, and a byte-level BPE learnt from the export itself: nothing is fetched."""
    learner = ByteLevelBPETokenizer()
    texts = [row["prompt"] + row["completion"] for row in rows]
    learner.train_from_iterator(texts, vocab_size=500, special_tokens=["<s>", "</s>", "<pad>"], show_progress=False)
    learner.save(str(folder / "tokenizer.json"))
    words = PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"), bos_token="<s>", eos_token="</s>", pad_token="<pad>"
    )
    words.save_pretrained(folder)
    torch.manual_seed(20240214)
    model = MistralForCausalLM(
        MistralConfig(
            vocab_size=len(words),
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=2,
            num_attention_heads=2,
            num_key_value_heads=1,
            max_position_embeddings=2048,
            bos_token_id=words.bos_token_id,
            eos_token_id=words.eos_token_id,
            pad_token_id=words.pad_token_id,
        )
    )
    model.save_pretrained(folder)


def step(config, rows, student):
    """One step of the trainer at its defaults; its loss."""
    trainer_of, settings_of = TRAINED_ON[config]
    with tempfile.TemporaryDirectory() as out:
        trainer = trainer_of(
            model=str(student),
            args=settings_of(
                output_dir=out,
                bf16=False,
                use_cpu=True,
                per_device_train_batch_size=BATCH,
                max_steps=1,
                logging_strategy="no",
                learning_rate=1e-3,
                warmup_steps=0,
                report_to="none",
                save_strategy="no",
                disable_tqdm=True,
            ),
            train_dataset=rows,
        )
        before = trainer.model.lm_head.weight.detach().clone()
        loss = trainer.train().training_loss
    if not math.isfinite(loss):
        raise Unfit(f"{config}: the loss is {loss}")
    if torch.equal(before, trainer.model.lm_head.weight.detach()):
        raise Unfit(f"{config}: the step changed no weight")
    return loss


def check(folder, cache, seen, student):
    """A line a configuration. What another folder had under the same name must be the same here."""
    listed = configurations(folder)
    missing = TRAINED_ON.keys() - set(listed)
    if missing:
        raise Unfit(f"{folder}: no configuration {', '.join(sorted(missing))}")
    for config in listed:
        rows = load_dataset(str(folder), config, split="train", cache_dir=cache)
        there, features, plain = seen.setdefault(config, (folder, rows.features, rows.to_list()))
        if rows.features != features or (there != folder and rows.to_list() != plain):
            raise Unfit(f"{config}: {folder} and {there} do not hold the same")
        line = f"  {config:<10} {len(rows):>8} rows {len(features):>3} columns"
        if config in TRAINED_ON:
            line += f"  {TRAINED_ON[config][0].__name__}: loss {step(config, rows, student):.4f}"
        print(line, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="+", type=Path, help="from './orcaflow dataset export', any format")
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    torch.set_num_threads(1)
    folders = [folder.resolve() for folder in parser.parse_args().folder]
    with tempfile.TemporaryDirectory() as work:
        cache, student = Path(work, "cache"), Path(work, "student")
        student.mkdir()
        make_student(load_dataset(str(folders[0]), "sft", split="train", cache_dir=str(cache)), student)
        seen = {}
        for folder in folders:
            print(f"{folder.name}: {DatasetCard.load(folder / 'README.md').data.pretty_name}", flush=True)
            check(folder, str(cache), seen, student)
    print(f"TRL {trl.__version__}, PyTorch {torch.__version__}: each of them loads and trains as it is")


if __name__ == "__main__":
    try:
        main()
    except Unfit as failure:
        print(f"check_export: {failure}", file=sys.stderr)
        raise SystemExit(1)
