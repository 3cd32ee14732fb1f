"""What the benchmarks of WebAssembly plugins need: modules built of Benchmarks/guests, files of records."""
import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

from measuring import DATA, ROOT

PATCHBAY = os.environ["PATCHBAY"]
GUESTS = ROOT / "Benchmarks/guests"
PLACE = DATA / "wasm"
FLAGS = ["--target=wasm32-unknown-none-wasm", "-ffreestanding", "-mbulk-memory", "-msimd128", "-O2", "-nostdlib",
         "-Wl,--no-entry", "-Wl,--strip-all"]
SECTION = b"patchbay.manifest"
#: Bytes of a record, and how many there are in its file.
RECORDS = {100: 8000, 1024: 2000, 65536: 64}


def build() -> None:
    PLACE.mkdir(parents=True, exist_ok=True)
    for name in ("work", "odd", "fragile", "large"):
        build = [PATCHBAY, "plugin", "build", "--quiet", GUESTS / name, "-o", PLACE / f"{name}.wasm"]
        subprocess.run(build, check=True)
    # Without the SDK, and for another host: plainly with the compiler that `plugin build` uses, and with its flags.
    compiler = Path(os.path.realpath(shutil.which("swiftc") or "swiftc")).parent / "clang"
    include = GUESTS / "work/include"
    subprocess.run([compiler, *FLAGS, "-I", include, GUESTS / "extism/work.c", "-o", PLACE / "extism.wasm"], check=True)
    draft = PLACE / "bare.draft"
    headers = ROOT / "Sources/CPatchbay/include"
    subprocess.run([compiler, *FLAGS, "-I", headers, GUESTS / "bare/bare.c", "-o", draft], check=True)
    content = number(len(SECTION)) + SECTION + (GUESTS / "bare/manifest.json").read_bytes().strip()
    (PLACE / "bare.wasm").write_bytes(draft.read_bytes() + b"\0" + number(len(content)) + content)


def number(value: int) -> bytes:
    """LEB128, in which modules count."""
    written = bytearray()
    while value > 127:
        written.append(value & 127 | 128)
        value >>= 7
    return bytes(written + bytes([value]))


def manifest(module: Path) -> dict:
    """The manifest of a module; empty when it has none."""
    content = module.read_bytes()

    def leb(place: int) -> tuple[int, int]:
        value = shift = 0
        while True:
            byte = content[place]
            place += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value, place

    place = 8
    while place < len(content):
        kind = content[place]
        size, begin = leb(place + 1)
        place = begin + size
        if kind == 0:
            length, begin = leb(begin)
            if content[begin:begin + length] == SECTION:
                return json.loads(content[begin + length:place])
    return {}


def shipped(kind: str, name: str = "") -> Path | None:
    """The module of this checkout that offers a capability."""
    places = [Path(place) for place in os.environ.get("PATCHBAY_PLUGINS", "").split(":") if place]
    for place in places + [ROOT / "build/plugins"]:
        for module in sorted(place.glob("*.wasm")):
            for capability in manifest(module).get("capabilities", []):
                if capability["type"] == kind and name in ("", capability["name"]):
                    return module
    return None


def records(size: int) -> Path:
    """Records of words with vowels, the same on every machine."""
    path = PLACE / f"records-{size}"
    if not path.exists():
        source = random.Random(size)
        letters = b"abcdefghijklmnopqrstuvwxyzAEIOU,."
        words = [bytes(source.choices(letters, k=source.randint(2, 9))) for _ in range(500)]
        with open(path.with_suffix(".draft"), "wb") as file:
            for _ in range(RECORDS[size]):
                file.write(b" ".join(source.choices(words, k=size // 3 + 1))[:size])
        path.with_suffix(".draft").rename(path)
    return path


def lines(count: int) -> Path:
    """Lines of 100 bytes that the filter `odd` keeps."""
    path = PLACE / f"lines-{count}"
    if not path.exists():
        block = b"".join(b"%c%098d\n" % (b"aceg"[index % 4], index) for index in range(1000))
        with open(path.with_suffix(".draft"), "wb") as file:
            for _ in range(count // 1000):
                file.write(block)
        path.with_suffix(".draft").rename(path)
    return path


def extism() -> Path | None:
    """Extism's library, where Tools/setup-bench put it."""
    return next(DATA.glob("python/lib/python3*/site-packages/extism_sys/libextism_sys.so"), None)


def warn(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr)
