"""Bare asyncio: C connections, the next call on each when one has ended, again at once where it failed.

Python's own library only. Asked {"url", "calls", "concurrency"}; answers with the seconds it took.
"""

import asyncio
import json
import time
from urllib.parse import urlsplit

from answering import Dialogue


def request(url, number):
    body = json.dumps(
        {
            "model": "slow",
            "messages": [{"role": "user", "content": f"How many pens are left of {number}?"}],
            "max_tokens": 1024,
        }
    ).encode()
    head = (
        f"POST {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def answer(reader):
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = next(
        int(line.split(":")[1]) for line in head.split("\r\n") if line.lower().startswith("content-length:")
    )
    body = await reader.readexactly(length)
    return int(head[9:12]), body


async def work(url, numbers):
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    for number in numbers:
        while True:
            writer.write(request(url, number))
            status, body = await answer(reader)
            if status == 200 and json.loads(body)["choices"][0]["message"]["content"]:
                break
    writer.close()


async def seconds(url, calls, concurrency):
    numbers = iter(range(calls))
    began = time.perf_counter()
    await asyncio.gather(*(work(url, numbers) for _ in range(concurrency)))
    return time.perf_counter() - began


with Dialogue() as dialogue:
    while True:
        question = dialogue.next()
        took = asyncio.run(seconds(urlsplit(question["url"]), question["calls"], question["concurrency"]))
        dialogue.answer({"seconds": took})
