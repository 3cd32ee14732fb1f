"""A host of the Open Component Model, as its code has it, starts a plugin: capabilities, location, health, calls, end."""

import base64
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import unittest
from pathlib import Path

PLUGIN = Path(__file__).parent / "plugins" / "ocm_signing.py"
KNOWN = {
    "componentVersionRepository", "componentLister", "credentialPlugin", "credentialRepository",
    "digestProcessorRepository", "resourceRepository", "inputRepository", "blobTransformer", "signingHandler",
}


class _Unix(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("unix", timeout=10)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(10)
        self.sock.connect(self.path)


class Host:
    """Starts the plugin and reads where it listens."""

    def __init__(self, kind="unix", idle=3_600_000_000_000):
        configuration = {"id": "demo", "type": kind, "pluginType": "", "idleTimeout": idle}
        self.process = subprocess.Popen(
            [sys.executable, str(PLUGIN), "--config", json.dumps(configuration)], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.location = None
        for line in self.process.stdout:
            if line.startswith((b"http://", b"http+unix://")):
                self.location = line.decode().strip()
                break
        while True:
            try:
                self.ask("GET", "/healthz")
                return
            except OSError:
                time.sleep(0.05)

    def ask(self, method, target, body=None, credentials=None):
        if self.location.startswith("http+unix://"):
            connection = _Unix(self.location[len("http+unix://"):])
        else:
            connection = http.client.HTTPConnection(self.location[len("http://"):], timeout=10)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if credentials is not None:
            headers["Authorization"] = json.dumps(credentials)
        connection.request(method, target, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, text

    def end(self):
        """How long it took after SIGINT."""
        begin = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=10)
        return time.monotonic() - begin


class OCMTests(unittest.TestCase):
    def test_capabilities_register_once_for_each_type(self):
        ran = subprocess.run([sys.executable, str(PLUGIN), "capabilities"], capture_output=True, timeout=20)
        self.assertEqual(ran.returncode, 0)
        entries = json.loads(ran.stdout)["capabilities"]
        types = [entry["type"] for entry in entries]
        self.assertEqual(types, ["signingHandler"])
        self.assertTrue(set(types) <= KNOWN)
        listed = entries[0]["supportedSigningSpecTypes"]
        self.assertEqual([one["type"] for one in listed], ["Backwards/v1", "Never/v1"])
        schema = json.loads(base64.b64decode(listed[0]["jsonSchema"], validate=True))
        self.assertEqual(schema["properties"], {"type": {"const": "Backwards/v1"}})
        self.assertEqual(entries[0]["names"], ["Backwards/v1", "Never/v1"])

    def sign(self, host):
        config = {"type": "Backwards/v1"}
        digest = {"hashAlgorithm": "sha256", "normalisationAlgorithm": "n/v1", "value": "abc"}
        status, text = host.ask("POST", "/sign/identity", {"digest": digest, "config": config, "name": "s"})
        self.assertEqual((status, json.loads(text)), (200, {"identity": {"type": "Backwards"}}))
        status, text = host.ask("POST", "/sign", {"digest": digest, "config": config}, {"type": "Key/v1"})
        self.assertEqual(status, 200)
        signature = json.loads(text)["signature"]
        self.assertEqual(signature, {
            "algorithm": "Backwards", "value": "cba", "mediaType": "text/plain", "issuer": "Key/v1"})
        signed = {"name": "s", "digest": digest, "signature": signature}
        status, text = host.ask("POST", "/verify", {"signature": signed, "config": config}, {})
        self.assertEqual((status, json.loads(text)), (200, {}))
        signed["signature"]["value"] = "bca"
        status, text = host.ask("POST", "/verify", {"signature": signed, "config": config}, {})
        self.assertEqual((status, text), (401, b"the signature does not fit\n"))

    def test_calls_over_both_transports(self):
        for kind, scheme in (("unix", "http+unix:///"), ("tcp", "http://127.0.0.1:")):
            with self.subTest(kind=kind):
                host = Host(kind)
                self.assertTrue(host.location.startswith(scheme), host.location)
                self.sign(host)
                self.assertLess(host.end(), 3)
                self.assertEqual(host.process.returncode, 0)
                if kind == "unix":
                    self.assertFalse(os.path.exists(os.path.dirname(host.location[len("http+unix://"):])))

    def test_errors_are_plain_text(self):
        host = Host()
        config = {"type": "Backwards/v1"}
        self.assertEqual(host.ask("POST", "/sign", {"digest": {"value": ""}, "config": config}), (400, b"an empty digest\n"))
        self.assertEqual(host.ask("POST", "/sign", {"config": {"type": "Never/v1"}}), (500, b"never\n"))
        self.assertEqual(host.ask("POST", "/components/list", {})[0], 404)
        self.assertEqual(host.ask("GET", "/sign")[0], 405)
        self.assertEqual(host.ask("PUT", "/healthz")[0], 405)
        self.assertEqual(host.ask("HEAD", "/healthz"), (200, b""))
        self.assertEqual(host.ask("POST", "/sign", [])[0], 400)
        host.end()

    def test_two_hosts_at_once(self):
        hosts = [Host(), Host()]
        for host in hosts:
            self.sign(host)
        for host in hosts:
            host.end()

    def test_idle_exit_and_shutdown(self):
        host = Host(idle=300_000_000)
        self.assertEqual(host.process.wait(10), 0)
        host.process.communicate()
        host = Host()
        self.assertEqual(host.ask("POST", "/shutdown")[0], 200)
        self.assertEqual(host.process.wait(10), 0)
        host.process.communicate()

    def test_without_configuration(self):
        for words in (["--config"], ["--config", "{"], ["--config=[]"]):
            ran = subprocess.run([sys.executable, str(PLUGIN), *words], capture_output=True, timeout=20)
            self.assertEqual(ran.returncode, 2, words)
            self.assertEqual(json.loads(ran.stderr)["level"], "ERROR")

    def test_dies_with_a_host_that_was_killed(self):
        script = (
            "import subprocess, sys, time\n"
            "child = subprocess.Popen([sys.executable, sys.argv[1], '--config', '{\"id\":\"x\",\"type\":\"unix\"}'])\n"
            "print(child.pid, flush=True)\n"
            "time.sleep(60)\n")
        host = subprocess.Popen(
            [sys.executable, "-c", script, str(PLUGIN)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        lines = [host.stdout.readline(), host.stdout.readline()]
        child = int(next(line for line in lines if line.strip().isdigit()))
        host.kill()
        host.communicate(timeout=20)
        for _ in range(100):
            try:
                os.kill(child, 0)
            except ProcessLookupError:
                return
            with open(f"/proc/{child}/stat") as status:
                if status.read().rpartition(")")[2].split()[0] == "Z":
                    return
            time.sleep(0.1)
        self.fail("the plugin outlives its host")


if __name__ == "__main__":
    unittest.main()
