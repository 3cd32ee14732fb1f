"""The JSON job as a script for CPython: standard library alone, line by line."""
import json
import sys

write = sys.stdout.write
with open(sys.argv[1], encoding="utf-8") as lines:
    for line in lines:
        record = json.loads(line)
        if record["level"] == "ERROR":
            del record["host"]
            record["env"] = "prod"
            write(json.dumps(record) + "\n")
