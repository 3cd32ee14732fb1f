"""How long a plugin that is a program takes from its start to its first answer, as a host sees it: standard library alone.

    python3 process_start.py PLUGIN ROUNDS

Prints one line of JSON: medians in milliseconds of the answer to `health`, and of the answer to the first batch.
"""
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time

#: What the JSON filter needs.
OPTIONS = {"field": "level", "operator": "exists"}


def call(connection, method, name, body, fields):
    head = "%s /v1/%s HTTP/1.1\r\nHost: bench\r\nContent-Length: %d\r\n%s\r\n" % (
        method, name, len(body), "".join("%s: %s\r\n" % pair for pair in fields.items()))
    connection.sendall(head.encode() + body)
    answer = b""
    while b"\r\n\r\n" not in answer:
        piece = connection.recv(1 << 16)
        if not piece:
            sys.exit("the plugin closed the connection")
        answer += piece
    head, rest = answer.split(b"\r\n\r\n", 1)
    lines = head.decode().split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, value in (line.split(":", 1) for line in lines[1:])}
    while len(rest) < int(headers.get("content-length", 0)):
        rest += connection.recv(1 << 16)
    if not lines[0].split()[1] == "200":
        sys.exit("%s: %s: %s" % (name, lines[0], rest[:300]))
    return rest


def once(plugin, capability, options, frame):
    with tempfile.TemporaryDirectory() as folder:
        location = os.path.join(folder, "s")
        line = {"contract": 1, "id": "bench", "type": "unix", "location": location, "idleTimeout": 0, "token": "t",
                "peerToken": "p", "host": "bench"}
        begin = time.perf_counter()
        process = subprocess.Popen([plugin, "server"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        process.stdin.write((json.dumps(line) + "\n").encode())
        process.stdin.flush()
        connection = socket.socket(socket.AF_UNIX)
        while True:
            try:
                connection.connect(location)
                break
            except OSError:
                if process.poll() is not None or time.perf_counter() - begin > 10:
                    sys.exit("the plugin does not start")
                time.sleep(0.0002)
        call(connection, "GET", "health", b"", {})
        healthy = time.perf_counter() - begin
        fields = {"Authorization": "Bearer t", "Content-Type": "application/json"}
        made = call(connection, "POST", "create", json.dumps({"capability": capability, "options": options}).encode(), fields)
        fields["Patchbay-Instance"] = str(json.loads(made)["instance"])
        schema = {"fields": []}
        agreed = {"input": schema, "request": {"all": False, "names": [], "value": True}}
        call(connection, "POST", "bind", json.dumps(agreed).encode(), fields)
        fields["Content-Type"] = "application/vnd.patchbay.frame"
        call(connection, "POST", capability["type"], frame, fields)
        first = time.perf_counter() - begin
        process.stdin.close()
        process.wait(5)
        return healthy * 1000, first * 1000


def frame():
    """A frame with one record, `a record`: docs/frame.md."""
    schema = (1).to_bytes(2, "little") + (1).to_bytes(2, "little") + (4).to_bytes(4, "little") + bytes(8)
    text, table = b"a record", b""
    offset = 64 + len(schema) + 2 * 24
    for kind, length in ((4, 8), (5, len(text))):
        table += kind.to_bytes(4, "little") + bytes(4) + offset.to_bytes(8, "little") + length.to_bytes(8, "little")
        offset += 8
    header = b"\x89PBF\r\n\x1a\n" + (1).to_bytes(2, "little") + bytes(2) + (1).to_bytes(4, "little")
    header += offset.to_bytes(8, "little") + len(schema).to_bytes(4, "little") + (2).to_bytes(4, "little")
    header += (64).to_bytes(8, "little") + (64 + len(schema)).to_bytes(8, "little") + bytes(16)
    return header + schema + table + bytes(4) + len(text).to_bytes(4, "little") + text


def main():
    plugin, rounds = os.path.abspath(sys.argv[1]), int(sys.argv[2])
    manifest = json.loads(subprocess.run([plugin, "capabilities"], capture_output=True, check=True).stdout)
    capability = next(one for one in manifest["capabilities"] if one["type"] == "filter")
    options = {option["name"]: OPTIONS[option["name"]] for option in manifest["options"] if option["name"] in OPTIONS}
    runs = [once(plugin, capability, options, frame()) for _ in range(rounds)]
    print(json.dumps({"health_ms": statistics.median(run[0] for run in runs),
                      "first_ms": statistics.median(run[1] for run in runs)}))


main()
