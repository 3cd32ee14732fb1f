"""The same filter on one JSON line per record: what a program behind a pipe does."""
import json
import sys

kept = 0
for line in sys.stdin.buffer:
    if json.loads(line)["value"][0] == "a":
        sys.stdout.buffer.write(line)
        kept += 1
print(kept, file=sys.stderr)
