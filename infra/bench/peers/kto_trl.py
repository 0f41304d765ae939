"""KTO with TRL's KTOTrainer at its defaults, but in fp32 (its bf16 could not be compared to 1e-4), logging to nobody."""

import json
import tempfile
import time

import torch
import transformers
import trl
from answering import Dialogue
from datasets import Dataset
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, TrainerCallback
from trl import KTOConfig, KTOTrainer


def tokenizer(size, bos, eos, pad):
    """Word "<17>" is id 17: no word stands inside another, as special ones are found anywhere."""
    words = Tokenizer(models.WordLevel({f"<{n}>": n for n in range(size)}, unk_token=f"<{pad}>"))
    words.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return PreTrainedTokenizerFast(
        tokenizer_object=words, bos_token=f"<{bos}>", eos_token=f"<{eos}>", pad_token=f"<{pad}>"
    )


def text(ids):
    return " ".join(f"<{n}>" for n in ids)


class Kept(KTOTrainer):
    """Keeps each step's loss as it is, without a look at it in between."""

    losses = []

    def compute_loss(self, *arguments, **options):
        loss = super().compute_loss(*arguments, **options)
        self.losses.append((loss[0] if isinstance(loss, tuple) else loss).detach())
        return loss


class Asked(TrainerCallback):
    """Lets training go on by as many steps as are asked for."""

    def __init__(self, dialogue, batch):
        self.dialogue, self.batch, self.left, self.asked, self.began = dialogue, batch, 0, 0, 0.0

    def on_step_begin(self, args, state, control, **rest):
        if self.left == 0:
            self.asked = self.left = self.dialogue.next()["steps"]
            Kept.losses.clear()
            self.began = time.process_time()

    def on_step_end(self, args, state, control, **rest):
        self.left -= 1
        if self.left == 0:
            cpu = time.process_time() - self.began
            losses = [loss.item() for loss in Kept.losses]
            self.dialogue.answer({"cpu": cpu, "units": self.asked * self.batch, "losses": losses})


def main(dialogue):
    task = dialogue.next()
    torch.set_num_threads(task["threads"])
    transformers.utils.logging.disable_progress_bar()
    with open(task["folder"] + "/config.json") as file:
        config = json.load(file)
    words = tokenizer(config["vocab_size"], config["bos_token_id"], config["eos_token_id"], config["pad_token_id"])
    with open(task["rows"]) as file:
        rows = json.load(file)
    data = Dataset.from_list(
        [
            {"prompt": text(r["prompt"]), "completion": " " + text(r["completion"]), "label": r["desirable"]}
            for r in rows
        ]
    )
    options = {} if task["checkpointing"] else {"gradient_checkpointing": False}
    with tempfile.TemporaryDirectory() as out:
        trainer = Kept(
            model=task["folder"],
            args=KTOConfig(
                output_dir=out,
                bf16=False,
                use_cpu=True,
                per_device_train_batch_size=task["batch"],
                learning_rate=task["rate"],
                max_steps=task["steps"],
                report_to="none",
                save_strategy="no",
                disable_tqdm=True,
                **options,
            ),
            train_dataset=data,
            processing_class=words,
            callbacks=[Asked(dialogue, task["batch"])],
        )
        first = trainer.train_dataset[0]
        if first["prompt_ids"] + first["completion_ids"] != rows[0]["prompt"] + rows[0]["completion"]:
            raise ValueError("the tokenizer did not give back the ids")
        dialogue.answer({"peer": f"TRL {trl.__version__} KTOTrainer, PyTorch {torch.__version__}"})
        trainer.train()


if __name__ == "__main__":
    with Dialogue() as dialogue:
        main(dialogue)
