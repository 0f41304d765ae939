"""Asks a policy of a run one question: python3 docs/notebook/policy.py FOLDER"""

import sys

from transformers import AutoModelForCausalLM, AutoTokenizer

folder = sys.argv[1]
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModelForCausalLM.from_pretrained(folder)
question = "Sam has 14 coins. Sam buys 3 boxes of 4 coins. How many coins does Sam have now?"
prompt = tokenizer.apply_chat_template(
    [{"role": "user", "content": question}],
    add_generation_prompt=True,
    return_dict=True,
    return_tensors="pt",
)
answer = model.generate(**prompt, max_new_tokens=64, do_sample=False)
print(type(model).__name__, sum(part.numel() for part in model.parameters()), "parameters")
print(tokenizer.decode(answer[0, prompt["input_ids"].shape[1] :], skip_special_tokens=True))
