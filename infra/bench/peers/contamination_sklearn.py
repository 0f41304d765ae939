"""The paper's check as one would write it with scikit-learn: TfidfVectorizer, a sparse product, the top 10, Jaccard sets.

Words are cut as ours are, so that both must raise the same flags."""

import json
import re

import numpy
import sklearn
from answering import Dialogue
from sklearn.feature_extraction.text import TfidfVectorizer

SPLIT_OFF = re.compile(r"\s+(?=(?:'(?:s|re|ve|ll|d|m)|n't)(?!\w))")
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
TOKEN = re.compile(r"\w+(?:(?:(?<=[^\W\d_])[.':](?=[^\W\d_])|(?<=\d)[.,';](?=\d))\w+)*")


def rows(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def analyzer(stop_words):
    def words(text):
        text = THOUSANDS.sub("", SPLIT_OFF.sub("", text.lower().replace("\u2019", "'")))
        kept = [word for word in TOKEN.findall(text) if word not in stop_words]
        bare = [word[:-2] if word.endswith("'s") else word for word in kept]
        return [word for word in bare if word not in stop_words]

    return words


def ngrams(words, n):
    return {tuple(words[i : i + n]) for i in range(len(words) - n + 1)}


def nearest(scores, top):
    """Columns of the highest scores of a sparse row."""
    if scores.nnz <= top:
        return scores.indices
    return scores.indices[numpy.argpartition(-scores.data, top)[:top]]


def flags(task):
    words = analyzer(frozenset(task["stopWords"]))
    questions, problems = rows(task["benchmark"]), rows(task["corpus"])
    vectorizer = TfidfVectorizer(analyzer=words)
    corpus = vectorizer.fit_transform(row["question"] for row in problems)
    asked = vectorizer.transform(row["question"] for row in questions)
    block = task["block"] or len(questions)
    found, pairs = set(), 0
    for begin in range(0, len(questions), block):
        similarity = (asked[begin : begin + block] @ corpus.T).tocsr()
        for q in range(similarity.shape[0]):
            question = questions[begin + q]
            a = words(question["question"])
            for p in nearest(similarity[q], task["top"]):
                b = words(problems[p]["question"])
                pairs += 1
                for n in range(1, min(task["longest"], len(a), len(b)) + 1):
                    x, y = ngrams(a, n), ngrams(b, n)
                    shared = len(x & y)
                    if shared / (len(x) + len(y) - shared) > task["limit"]:
                        found.add(f"{question['id']} {n}")
    return {"flags": sorted(found), "pairs": pairs, "peer": f"scikit-learn {sklearn.__version__}"}


if __name__ == "__main__":
    with Dialogue() as dialogue:
        dialogue.answer(flags(dialogue.next()))
        dialogue.next()
