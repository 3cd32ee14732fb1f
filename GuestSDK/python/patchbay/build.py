"""Makes one executable file of a plugin: its sources, this package and its manifest, as a zip that Python runs.

    python3 -m patchbay.build FOLDER [--manifest FILE] [--output FILE] [--main FILE]

The program is `main.py`, `NAME.py` (dashes as underscores), or the only Python file of the folder. Without `--manifest` the
decorators say what the plugin is. Code is in the file twice: compiled for the Python that built it, so that it starts at once,
and as source for all others.
"""

from __future__ import annotations

import json
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List, Optional, Tuple

SHEBANG = b"#!/usr/bin/env python3\n"
_NOT_SOURCES = frozenset(("tests", "Tests", "__pycache__", "build", "dist"))
# Files of one content are the same bytes whenever they are built.
_DATE = (1980, 1, 1, 0, 0, 0)


class BuildError(Exception):
    """Why there is no plugin; one line."""


def _sources(folder: str) -> Iterator[str]:
    """The Python files below a folder, by their paths in it."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _NOT_SOURCES and not name.startswith("."))
        for name in sorted(files):
            if name.endswith(".py") and not name.startswith(("test_", ".")):
                yield os.path.relpath(os.path.join(place, name), folder)


def _main(sources: List[str], name: Optional[str], folder: str) -> str:
    top = [path for path in sources if "/" not in path]
    for candidate in ("main.py", f"{(name or '').replace('-', '_')}.py"):
        if candidate in top:
            return candidate
    if len(top) == 1:
        return top[0]
    own = f" or {name.replace('-', '_')}.py" if name else ""
    raise BuildError(f"{folder} has no main.py{own}, which the plugin begins with")


def _compiled(text: bytes, shown: str) -> bytes:
    """A source file as the interpreter keeps it, without a date."""
    import importlib.util
    import marshal

    try:
        code = compile(text, shown, "exec", dont_inherit=True, optimize=0)
    except (SyntaxError, ValueError) as error:
        place = f"{shown}:{error.lineno}" if isinstance(error, SyntaxError) else shown
        raise BuildError(f"{place}: {error.msg if isinstance(error, SyntaxError) else error}") from None
    # Flags 1: told apart by a hash, which nobody compares.
    return importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little") + importlib.util.source_hash(text) + marshal.dumps(code)


def build(
    folder: str, output: Optional[str] = None, manifest: Optional[Dict[str, Any]] = None, main: Optional[str] = None
) -> str:
    """Builds the plugin in `folder`; returns the path of the file.

    The file is tried once, with `capabilities`, and is written only if it answers.
    """
    import zipfile
    from io import BytesIO

    sources = [path for path in _sources(folder) if not path.startswith("patchbay/")]
    name = manifest.get("name") if manifest else None
    main = main or _main(sources, name, folder)
    files: List[Tuple[str, bytes, str]] = []
    for path in sources:
        text = _read(os.path.join(folder, path))
        files.append(("__main__.py" if path == main else path, text, path))
    package = os.path.dirname(os.path.abspath(__file__))
    for path in _sources(package):
        if path != "build.py":
            shown = f"patchbay/{path}"
            files.append((shown, _read(os.path.join(package, path)), shown))
    buffer = BytesIO()
    buffer.write(SHEBANG)
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for target, text, shown in files:
            archive.writestr(zipfile.ZipInfo(f"{target}c", _DATE), _compiled(text, shown))
        for target, text, _ in files:
            archive.writestr(zipfile.ZipInfo(target, _DATE), text, zipfile.ZIP_DEFLATED)
        if manifest is not None:
            said = json.dumps(manifest, ensure_ascii=False).encode()
            archive.writestr(zipfile.ZipInfo("plugin.json", _DATE), said)
    name = name or os.path.splitext(os.path.basename(main))[0].replace("_", "-")
    path = output or os.path.join(folder, f"{name}.plugin")
    _write(path, buffer.getvalue())
    return path


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise BuildError(f"{path} cannot be read: {error.strerror}") from None


def _write(path: str, data: bytes) -> None:
    """Writes the file as a whole or not at all, and not if it does not answer."""
    draft = f"{path}.{os.getpid()}.new"
    try:
        with open(draft, "wb") as file:
            file.write(data)
        os.chmod(draft, 0o777 & ~_mask())
        _try(draft, os.path.basename(path))
        os.rename(draft, path)
    except OSError as error:
        raise BuildError(f"{path} cannot be written: {error.strerror}") from None
    finally:
        if os.path.exists(draft):
            os.unlink(draft)


def _mask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _try(path: str, name: str) -> None:
    import subprocess

    try:
        ran = subprocess.run([sys.executable, path, "capabilities"], stdin=subprocess.DEVNULL, capture_output=True, timeout=30)
    except subprocess.TimeoutExpired:
        raise BuildError(f"'{name} capabilities' does not end; does the program call 'run()'?") from None
    said = ran.stderr.decode("utf-8", "replace").strip()
    if ran.returncode != 0:
        raise BuildError(f"'{name} capabilities' ends with {ran.returncode}\n{said}" if said else "the plugin does not start")
    try:
        found = json.loads(ran.stdout)["capabilities"]
    except (ValueError, KeyError, TypeError):
        raise BuildError(f"'{name} capabilities' prints no manifest; does the program end with 'run()'?") from None
    if not found:
        raise BuildError("the program has no plugin: a decorator such as @filter makes one of a function or class")


def _main_program(words: List[str]) -> int:
    import argparse

    parser = argparse.ArgumentParser(prog="patchbay.build", description="Makes one executable file of a plugin.")
    parser.add_argument("folder", metavar="FOLDER")
    parser.add_argument("--manifest", metavar="FILE", help="the manifest as JSON, in place of what the decorators say")
    parser.add_argument("--output", metavar="FILE", help="the file to write; NAME.plugin in the folder when left out")
    parser.add_argument("--main", metavar="FILE", help="the program in the folder")
    given = parser.parse_args(words)
    try:
        manifest = json.loads(_read(given.manifest)) if given.manifest else None
        path = build(given.folder, given.output, manifest, given.main)
    except BuildError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    # Run by its path, the folder of the package is where modules are looked for; its modules have common names.
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [place for place in sys.path if os.path.abspath(place or ".") != here]
    sys.exit(_main_program(sys.argv[1:]))
