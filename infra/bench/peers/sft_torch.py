"""Supervised fine-tuning in plain eager PyTorch, as one would write it: SDPA, fused AdamW, cross-entropy on completions."""

import json
import time

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn

from answering import Dialogue


class Attention(nn.Module):
    def __init__(self, c):
        super().__init__()
        d, e = c["hidden_size"], c["head_dim"]
        self.heads, self.kv, self.e = c["num_attention_heads"], c["num_key_value_heads"], e
        self.q_proj = nn.Linear(d, self.heads * e, bias=False)
        self.k_proj = nn.Linear(d, self.kv * e, bias=False)
        self.v_proj = nn.Linear(d, self.kv * e, bias=False)
        self.o_proj = nn.Linear(self.heads * e, d, bias=False)

    def forward(self, x, cos, sin):
        b, t, _ = x.shape
        q = self.q_proj(x).view(b, t, self.heads, self.e).transpose(1, 2)
        k = self.k_proj(x).view(b, t, self.kv, self.e).transpose(1, 2)
        v = self.v_proj(x).view(b, t, self.kv, self.e).transpose(1, 2)
        q, k = turned(q, cos, sin), turned(k, cos, sin)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=self.kv != self.heads)
        return self.o_proj(y.transpose(1, 2).reshape(b, t, -1))


def turned(x, cos, sin):
    a, b = x.chunk(2, -1)
    return x * cos + torch.cat((-b, a), -1) * sin


class Mlp(nn.Module):
    def __init__(self, c):
        super().__init__()
        d, f = c["hidden_size"], c["intermediate_size"]
        self.gate_proj = nn.Linear(d, f, bias=False)
        self.up_proj = nn.Linear(d, f, bias=False)
        self.down_proj = nn.Linear(f, d, bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.input_layernorm = nn.RMSNorm(c["hidden_size"], c["rms_norm_eps"])
        self.self_attn = Attention(c)
        self.post_attention_layernorm = nn.RMSNorm(c["hidden_size"], c["rms_norm_eps"])
        self.mlp = Mlp(c)

    def forward(self, x, cos, sin):
        x = x + self.self_attn(self.input_layernorm(x), cos, sin)
        return x + self.mlp(self.post_attention_layernorm(x))


class Student(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.embed_tokens = nn.Embedding(c["vocab_size"], c["hidden_size"])
        self.layers = nn.ModuleList(Layer(c) for _ in range(c["num_hidden_layers"]))
        self.norm = nn.RMSNorm(c["hidden_size"], c["rms_norm_eps"])
        e = c["head_dim"]
        turn = torch.outer(
            torch.arange(c["max_position_embeddings"]).float(), c["rope_theta"] ** (-torch.arange(0, e, 2).float() / e)
        )
        self.register_buffer("cos", torch.cat((turn, turn), -1).cos(), persistent=False)
        self.register_buffer("sin", torch.cat((turn, turn), -1).sin(), persistent=False)

    def forward(self, ids):
        t = ids.shape[1]
        x = self.embed_tokens(ids)
        for layer in self.layers:
            x = layer(x, self.cos[:t], self.sin[:t])
        return F.linear(self.norm(x), self.embed_tokens.weight)


def batches(rows, size):
    """ids and labels of each batch, padded on the right; labels are -100 but on completions."""
    made = []
    for at in range(0, len(rows), size):
        part = rows[at : at + size]
        width = max(len(r["prompt"]) + len(r["completion"]) for r in part)
        ids = torch.zeros(len(part), width, dtype=torch.long)
        labels = torch.full((len(part), width), -100)
        for n, row in enumerate(part):
            p, c = row["prompt"], row["completion"]
            ids[n, : len(p) + len(c)] = torch.tensor(p + c)
            labels[n, len(p) : len(p) + len(c)] = torch.tensor(c)
        made.append((ids, labels, sum(len(r["prompt"]) + len(r["completion"]) for r in part)))
    return made


def main(dialogue):
    task = dialogue.next()
    torch.set_num_threads(task["threads"])
    with open(task["folder"] + "/config.json") as file:
        model = Student(json.load(file))
    model.load_state_dict({k.removeprefix("model."): v for k, v in load_file(task["folder"] + "/model.safetensors").items()})
    with open(task["rows"]) as file:
        data = batches(json.load(file), task["batch"])
    optimiser = torch.optim.AdamW(model.parameters(), lr=task["rate"], weight_decay=0.0, fused=True)
    dialogue.answer({"peer": f"PyTorch {torch.__version__} eager, SDPA"})
    step = 0
    while True:
        question = dialogue.next()
        losses, tokens = [], 0
        began = time.process_time()
        for _ in range(question["steps"]):
            ids, labels, count = data[step % len(data)]
            logits = model(ids[:, :-1])
            loss = F.cross_entropy(logits.flatten(0, 1), labels[:, 1:].flatten(), ignore_index=-100)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            optimiser.zero_grad()
            losses.append(loss.item())
            tokens += count
            step += 1
        dialogue.answer({"cpu": time.process_time() - began, "units": tokens, "losses": losses})


if __name__ == "__main__":
    with Dialogue() as dialogue:
        main(dialogue)
