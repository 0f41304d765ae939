"""Reads what we saved, saves what we shall read: transformers, PEFT and SentencePiece. One operation a question."""

import os

import sentencepiece
import torch
import transformers
from answering import Dialogue
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer


def model(question):
    loaded = AutoModelForCausalLM.from_pretrained(
        question["folder"], dtype=torch.float32, attn_implementation="eager"
    )
    if question.get("adapter"):
        loaded = PeftModel.from_pretrained(loaded, question["adapter"])
    return loaded.eval()


def logits(question):
    loaded = model(question)
    if question.get("merge"):
        loaded = loaded.merge_and_unload()
    with torch.no_grad():
        return {"logits": [loaded(torch.tensor([ids])).logits[0].tolist() for ids in question["sequences"]]}


def resave(question):
    """The model, or its adapter alone, as these libraries save it."""
    loaded = model(question)
    if not question.get("adapter"):
        loaded = loaded.to(getattr(torch, question["dtype"]))
    loaded.save_pretrained(question["to"], max_shard_size=question.get("shard", "5GB"))
    return {"files": sorted(os.listdir(question["to"]))}


def ids(question):
    if question.get("pieces"):
        read = sentencepiece.SentencePieceProcessor(model_file=question["pieces"])
        cut = [read.encode(text) for text in question["texts"]]
        return {"ids": cut, "texts": [read.decode(c) for c in cut]}
    read = AutoTokenizer.from_pretrained(question["folder"])
    cut = [read.encode(text, add_special_tokens=False) for text in question["texts"]]
    return {"ids": cut, "texts": [read.decode(c, skip_special_tokens=True) for c in cut]}


def pieces(question):
    """A SentencePiece model of its own making, as Llama's and Mistral's were made."""
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(question["texts"]),
        model_prefix=question["to"] + "/tokenizer",
        model_type=question["kind"],
        vocab_size=question["size"],
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        allow_whitespace_only_pieces=True,
        split_digits=True,
        byte_fallback=True,
        minloglevel=2,
        hard_vocab_limit=False,
    )
    return {"pieces": question["to"] + "/tokenizer.model"}


def main(dialogue):
    transformers.utils.logging.set_verbosity_error()
    torch.set_num_threads(1)
    operations = {"logits": logits, "resave": resave, "ids": ids, "pieces": pieces}
    while True:
        question = dialogue.next()
        dialogue.answer(operations[question["op"]](question))


if __name__ == "__main__":
    with Dialogue() as dialogue:
        main(dialogue)
