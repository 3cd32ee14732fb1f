#!/usr/bin/env python3
"""A filter without any SDK that keeps every record whose number three does not divide, and misbehaves as MODE says."""
import json
import os
import random
import socket
import sys
import threading
import time

MODE = "plain"

MANIFEST = {
    "manifest": 1, "name": "hostile-" + MODE, "version": "1.0.0", "summary": "Misbehaves: " + MODE + ".",
    "capabilities": [{"type": "filter", "name": "hostile-" + MODE}], "options": [], "permissions": [],
    "process": {"contract": 1, "transports": ["unix"], "encodings": ["json"]},
}
calls = 0


def receive(stream):
    line = stream.readline()
    if not line:
        return None
    fields = {}
    while True:
        header = stream.readline().strip()
        if not header:
            break
        name, value = header.split(b":", 1)
        fields[name.strip().lower()] = value.strip()
    return line.split()[1].decode(), fields, stream.read(int(fields.get(b"content-length", 0)))


def send(connection, body, status=200, fields=b"", kind=b"application/json"):
    head = b"HTTP/1.1 %d OK\r\nContent-Type: %s\r\n%sContent-Length: %d\r\n\r\n" % (status, kind, fields, len(body))
    if MODE == "loris" and calls and random.random() < 0.1:
        for index in range(len(head)):
            connection.sendall(head[index:index + 1])
            time.sleep(0.1)
    if MODE == "half-closed" and calls and random.random() < 0.1:
        connection.sendall(head + body[:len(body) // 2])
        connection.shutdown(socket.SHUT_WR)
        time.sleep(3600)
    connection.sendall(head + body)


def filtered(body):
    lines = []
    for line in body.splitlines():
        number = int(json.loads(line)["value"].split()[1])
        lines.append(b"false" if number % 3 == 0 else b"true")
    return b"\n".join(lines) + b"\n"


def misbehave():
    if MODE == "garbage":
        sys.stdout.buffer.write(os.urandom(1 << 20))
        sys.stdout.buffer.flush()
    if MODE == "flood":
        block = b"a line of nothing that is written again and again\n" * 20000
        for _ in range(int(os.environ.get("FLOOD_BLOCKS", "64"))):
            sys.stderr.buffer.write(block)
        sys.stderr.buffer.flush()
    if MODE == "full-disk":
        # Its working directory is its own; what it can fill there must hurt nobody.
        try:
            with open("junk%d" % calls, "wb") as file:
                for _ in range(64):
                    file.write(b"\0" * (1 << 20))
                    file.flush()
        except OSError as error:
            sys.stderr.write(json.dumps({"level": "warning", "message": "disk: %s" % error}) + "\n")


def serve(connection, configuration):
    global calls
    stream = connection.makefile("rb")
    while True:
        request = receive(stream)
        if request is None:
            return
        target, fields, body = request
        name = target.rsplit("/", 1)[1]
        if name == "health":
            send(connection, b"{}", fields=b"Patchbay-Peer: %s\r\n" % configuration["peerToken"].encode())
        elif fields.get(b"authorization") != b"Bearer " + configuration["token"].encode():
            send(connection, b"{}", 401)
        elif name == "create":
            send(connection, b'{"instance": 1}')
        elif name in ("describe", "bind"):
            wanted = {"all": False, "names": [], "value": True, "key": False, "time": False}
            send(connection, json.dumps({"output": None, "wanted": wanted}).encode())
        elif name == "filter":
            calls += 1
            misbehave()
            send(connection, filtered(body), kind=b"application/x-ndjson", fields=b"Patchbay-Parts: selection\r\n")
        elif name == "shutdown":
            send(connection, b"{}")
            os._exit(0)
        else:
            send(connection, b'{"error": {"code": "unsupported", "message": "not here"}}', 404)


def main():
    if sys.argv[1:] == ["capabilities"]:
        print(json.dumps(MANIFEST))
        return
    configuration = json.loads(sys.stdin.readline())
    if MODE == "exits":
        sys.stderr.write("cannot find the flux capacitor\n")
        sys.exit(3)
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(configuration["location"])
    listener.listen(16)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection, configuration), daemon=True).start()


main()
