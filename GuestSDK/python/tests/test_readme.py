"""The examples of the README and the fields of the docs are programs that work."""

import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from host import SDK, Instance, Plugin, make_frame

from patchbay import Field, Schema


class ReadmeTests(unittest.TestCase):
    def test_examples(self):
        found = re.findall(r"^```python\n(.*?)^```$", (SDK / "README.md").read_text(), re.M | re.S)
        # What imports the SDK is a whole program.
        examples = [text for text in found if "from patchbay" in text]
        self.assertGreaterEqual(len(examples), 2)
        with tempfile.TemporaryDirectory() as folder:
            for number, text in enumerate(examples):
                path = Path(folder, f"example_{number}.py")
                path.write_text(text)
                words = [sys.executable, str(path), "capabilities"]
                ran = subprocess.run(words, env={"PYTHONPATH": str(SDK)}, capture_output=True, timeout=20)
                self.assertEqual((ran.returncode, ran.stderr), (0, b""), text)
            with Plugin(Path(folder, "example_0.py")) as plugin:
                schema = Schema([Field("level", "json")])
                filter = Instance(plugin.connect(), "filter", "keep-errors", schema=schema)
                answer = filter.frames("filter", make_frame(schema, 3, level=["error", "info", ["error"]]))
                self.assertEqual(answer.keep, [True, False, False])
            with Plugin(Path(folder, "example_1.py")) as plugin:
                longest = Instance(plugin.connect(), "aggregate", "longest", options={"least": 1}, schema=Schema())
                longest.frames("accumulate", make_frame(Schema(), 3, value=[b"a", b"bbb", b"cc"]))
                self.assertEqual(longest.ask("finish").records, [{"value": b"bbb"}])


if __name__ == "__main__":
    unittest.main()
