"""The requests of a measurement, as files."""
import json

SYSTEM = {"role": "system", "content": "You are a helpful assistant."}
QUESTION = "What is the capital of France, and why? What is the cap"
LARGE = 100 * 1024

# What a long conversation about a program is made of: prose with typographic signs, lists, code, a log, another language.
ASKED = [
    "The nightly import still stops half-way – nothing is stuck in the queue. The worker's log, and how it is set up:\n\n"
    "```\n02:14:07\timport[311]:\t18 files\n02:14:09\timport[311]:\tretry 1/3 (\"timeout\")\n"
    "02:14:12\timport[311]:\tgiving up on \"orders.csv\"\n```\n\n```json\n{\"pool\": {\"size\": 4, \"wait\": \"2s\"},\n"
    " \"paths\": [\"C:\\import\\in\", \"C:\\import\\done\"],\n \"retry\": {\"times\": 3, \"on\": [\"timeout\", \"reset\"]}}\n```\n\n"
    "Where would you look next?",
    "Could you show it as a test first? Ours look like this:\n\n```go\nfunc TestEmpty(t *testing.T) {\n\trows, err := Read(\"\")\n"
    "\tif err != nil {\n\t\tt.Fatalf(\"%v\\n\", err)\n\t}\n\tif len(rows) > 0 {\n\t\tt.Error(\"rows\")\n\t}\n}\n```\n\n"
    "One case for each of the causes would be enough.",
    "Unsere Kollegin in Zürich schreibt: „Das geschieht nur, wenn die Datei größer als 64 KiB ist, und immer an derselben Stelle.“ "
    "Does that fit? 東京のチームも同じ現象を見ています。再起動すると一度だけ成功するそうです。",
]
ANSWERED = [
    "Two things in that log do not go together:\n\n1. **The retry comes after 2 s**, though the timeout is 1.5 s.\n"
    "2. The *third* attempt is never logged.\n\nSo I would first look at who holds the lock:\n\n```sql\nSELECT pid, state\n"
    "\tFROM pg_stat_activity\n\tWHERE query LIKE '%\"orders\"%'\n\tAND state <> 'idle';\n```\n\nOne row: it is the reader; two: it is "
    "us — twice. In both cases the lock is held for as long as the file is read.",
    "The smallest change that I would trust:\n\n```go\nfor n := 1; s.Scan(); n++ {\n\trow := strings.Split(s.Text(), \"\\t\")\n"
    "\tif len(row) != width {\n\t\treturn fmt.Errorf(\"%s:%d: %d fields\", path, n, len(row))\n\t}\n\tif err := put(row); err != nil {\n"
    "\t\treturn err\n\t}\n}\n```\n\nIt reads one row at a time, and a damaged one is told with its line. The cost is about 3 µs a row "
    "(before: 2 µs).",
    "Yes, it fits. At 64 KiB the buffer is full for the first time, and what is cut is a character of two bytes: `ü` becomes "
    "`\\xc3` at the end of one piece and `\\xbc` at the start of the next:\n\n| piece | bytes | decoded |\n|---|---|---|\n"
    "| 1 | `5a c3` | “Z” + error |\n| 2 | `bc 72` | error + “r” |\n\n同じ理由で、日本語のファイルではもっと早く失敗します…",
]
# Every dozenth byte is an escape: prompts that hold JSON, paths or code inside JSON look like this.
ESCAPED = "Turn the page, said the \\\"reader\\\", and the path was C:\\\\tmp\\n\\n- one\\n- two \\u00e9t\\u00e9 "


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def conversation(model, size):
    """Turns of both sides, until it is as many bytes long."""
    turns = [SYSTEM]
    length = 0
    while length < size:
        number = len(turns) - 1
        pieces = ANSWERED if number % 2 else ASKED
        text = f"({number}) " + "\n\n".join(pieces[(number // 2 + place) % len(pieces)] for place in range(2))
        turns.append({"role": "assistant" if number % 2 else "user", "content": text})
        length += len(compact(turns[-1]).encode()) + 1
    if turns[-1]["role"] == "assistant":
        turns.append({"role": "user", "content": "And now?"})
    body = {"model": model, "messages": turns, "max_tokens": 512, "temperature": 0.7}
    return compact(body)


def question(model, text, stream=False):
    """One question of a text that is JSON already."""
    tail = ',"stream":true}' if stream else "}"
    return '{"model":"%s","messages":[%s,{"role":"user","content":"%s"}],"max_tokens":128%s' % (
        model, compact(SYSTEM), text, tail)


def write(folder):
    """One file for each request that the rows of the table name."""
    openai, anthropic, bedrock = "gpt-4o-mini", "claude-sonnet-4", "amazon.nova-pro-v1:0"
    bodies = {
        "small": question(openai, QUESTION),
        "large": conversation(openai, LARGE),
        "large-escaped": question(openai, ESCAPED * (LARGE // len(ESCAPED))),
        "stream": question(openai, QUESTION, stream=True),
        # Another question than that of "small", whose whole answer would be given as a stream of one frame.
        "kept-stream": question(openai, QUESTION[:-1] + "?", stream=True),
        "conv-small": question(anthropic, QUESTION),
        "conv-stream": question(anthropic, QUESTION, stream=True),
        "bedrock-stream": question(bedrock, QUESTION, stream=True),
    }
    for name, body in bodies.items():
        json.loads(body)
        (folder / f"{name}.json").write_bytes(body.encode())
