"""Hugging Face generate as one would call it: a padded batch, num_return_sequences, no top-k."""

import time

import torch
import transformers
from transformers import AutoModelForCausalLM

from answering import Dialogue


def padded(prompts, pad):
    """ids and mask of prompts, padded on the left."""
    width = max(len(p) for p in prompts)
    ids = torch.full((len(prompts), width), pad)
    mask = torch.zeros(len(prompts), width, dtype=torch.long)
    for n, prompt in enumerate(prompts):
        ids[n, width - len(prompt) :] = torch.tensor(prompt)
        mask[n, width - len(prompt) :] = 1
    return ids, mask


def until_end(row, eos):
    return row[: row.index(eos)] if eos in row else row


def main(dialogue):
    task = dialogue.next()
    torch.set_num_threads(task["threads"])
    torch.manual_seed(1)
    model = AutoModelForCausalLM.from_pretrained(task["folder"], dtype=torch.float32).eval()
    eos, pad = model.config.eos_token_id, model.config.pad_token_id
    how = {
        "do_sample": True,
        "temperature": task["temperature"],
        "top_p": task["topP"],
        "top_k": 0,
        "num_return_sequences": task["samples"],
    }
    dialogue.answer({"peer": f"transformers {transformers.__version__} generate, torch {torch.__version__}"})
    while True:
        question = dialogue.next()
        tokens, kept = 0, []
        began = time.process_time()
        for at in range(question["from"], question["to"], question["atOnce"]):
            ids, mask = padded(task["prompts"][at : min(question["to"], at + question["atOnce"])], pad)
            with torch.inference_mode():
                made = model.generate(
                    ids,
                    attention_mask=mask,
                    max_new_tokens=task["maxTokens"],
                    pad_token_id=pad,
                    **({"do_sample": False} if question["greedy"] else how),
                )
            for row in made[:, ids.shape[1] :].tolist():
                completion = until_end(row, eos)
                tokens += min(len(completion) + 1, len(row))
                if question["greedy"]:
                    kept.append(completion)
        dialogue.answer({"cpu": time.process_time() - began, "tokens": tokens, "ids": kept})


if __name__ == "__main__":
    with Dialogue() as dialogue:
        main(dialogue)
