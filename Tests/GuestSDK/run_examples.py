"""Drives the examples of every SDK and compares what they do with what is expected, byte for byte.

Usage: run_examples.py FOLDER LANGUAGE...: the folder holds LANGUAGE/EXAMPLE.wasm. All pass the same cases.
"""

import random
import sys
from pathlib import Path

from abi_host import *

LEVELS = ("levels", OPTION_JSON, '["error", "fa\\u0074al", "\\"\\ud83d\\ude00"]')


def check(found, expected):
    if found != expected:
        raise AssertionError(f"found    {found!r}\nexpected {expected!r}")


# keep-errors


def filter_options(path):
    missing = "the option 'levels' is missing"
    no_list = "the option 'levels' is not a list of texts"
    check(Module(path).create("filter/keep-errors"), (-3, missing))
    check(Module(path).create("keep-errors", [("levels", OPTION_NULL, "null")]), (-3, missing))
    for kind, value in (
        (OPTION_TEXT, "error"), (OPTION_INTEGER, 7), (OPTION_BOOL, 1), (OPTION_JSON, "[1]"), (OPTION_JSON, "{}"),
        (OPTION_JSON, '["a"'), (OPTION_JSON, '["a" 2]'), (OPTION_JSON, '["\\u12"]'), (OPTION_JSON, ""),
    ):
        check(Module(path).create("keep-errors", [("levels", kind, value)]), (-3, no_list))
    check(Module(path).create("filter/keep-errors", [("other", OPTION_TEXT, "x"), LEVELS]), (0, ""))
    check(Module(path).create("filter/other", [LEVELS]), (-2, "the module has no plugin 'filter/other'"))
    check(Module(path).create("filter/", [LEVELS]), (-2, "the module has no plugin 'filter/'"))


def filter_schema(path):
    module = Module(path)
    check(module.outcome(FILTER), (-1, "there is no instance"))
    module.create("filter/keep-errors", [LEVELS])
    check(module.filter([(UTF8, ["error"])])[:2], (-1, "no schema was bound"))
    check(module.bind(operation=DESCRIBE), (0, "", None, (0, ["level"])))
    check(module.bind()[:2], (-4, "there is no input schema"))
    check(module.bind(module.schema([("a", UTF8)]))[:2], (-4, "there is no field 'level'"))
    check(module.bind(module.schema([("levels", UTF8)]), DESCRIBE)[:2], (-4, "there is no field 'level'"))
    check(module.bind(module.schema([("rest", 10)], OPEN), DESCRIBE)[:2], (0, ""))
    check(module.bind(module.schema([("rest", 10)], OPEN))[:2], (-4, "there is no field 'level'"))
    check(module.bind(module.schema([("level", INT64)]))[:2], (-4, "the field 'level' is int64, not text"))
    check(module.bind(module.schema([("a", INT64), ("level", UTF8)], KEY | TIME))[:2], (0, ""))
    for operation in (TRANSFORM, PARSE, BOUNDARY, 21, 99):
        check(module.outcome(operation), (-2, "the plugin has no such operation"))


def filter_records(path):
    module = Module(path)
    module.create("filter/keep-errors", [LEVELS])
    module.bind(module.schema([("a", INT64), ("level", UTF8)], KEY | TIME))
    # DESCRIBE with another schema changes nothing.
    module.bind(module.schema([("level", UTF8)]), DESCRIBE)
    unread = [None, None, None, None]
    levels = ["error", "info", None, "", "fatal", "Error", "error ", '"\U0001f600', "erro"] * 5
    kept = bits(level in ("error", "fatal", '"\U0001f600') for level in levels)
    for _ in range(3):
        check(module.filter(unread + [(UTF8, levels)]), (0, "", kept, []))
    check(module.filter(unread + [(UTF8, [])]), (0, "", b"", []))
    check(module.filter(unread + [None]), (0, "", b"", []))
    check(module.filter([None])[:2], (-5, "the batch does not have the columns that were agreed"))
    words = Module(path)
    words.create("filter/keep-errors", [LEVELS])
    words.bind(words.schema([("level", WORD)]))
    check(words.filter([None, (WORD, levels)]), (0, "", kept, []))
    json = Module(path)
    json.create("filter/keep-errors", [LEVELS])
    json.bind(json.schema([("level", JSON)], OPEN))
    texts = ['"error"', "error", "null", None, '"err\\u006Fr"', '"\\"\\uD83D\\uDE00"', '"\\ud83d"', '"fatal', "7", '"']
    expected = bits([True, True, False, False, True, True, False, False, False, False])
    check(json.filter([None, (JSON, texts)]), (0, "", expected, []))


# upper


def transform_schema(path):
    module = Module(path)
    check(module.create("transform/upper"), (0, ""))
    check(module.transform([(BINARY, ["a"])])["status"], (-1, "no schema was bound"))
    check(module.bind(operation=DESCRIBE), (0, "", None, (2, [])))
    schema = [("a", INT64), ("b", WORD)]
    make = lambda: module.schema(schema, KEY | TIME, "{value}", b"\n")
    output = (KEY | TIME, schema, "{value}", b"\n")
    # What is inherited is asked for before batches come, and does not come with them.
    check(module.bind(make(), DESCRIBE, 0, ["a"], 1 | 2 | 4), (0, "", output, (1 | 2 | 4, ["a"])))
    check(module.bind(make(), BIND, 0, ["a"], 1 | 2 | 4), (0, "", output, (2, [])))
    check(module.outcome(FILTER), (-2, "the plugin has no such operation"))


def transform_records(path):
    module = Module(path)
    module.create("transform/upper")
    module.bind(module.schema([("a", INT64)], KEY | TIME))
    inherited = [("inherited", 0), None, ("inherited", 2), ("inherited", 3)]

    def transform(values):
        return module.transform([None, (BINARY, values), None, None])

    def expected(values):
        kept = [(row, value) for row, value in enumerate(values) if value]
        columns = list(inherited)
        columns[1] = (BINARY, [value.upper() for _, value in kept])
        return {
            "status": (0, ""),
            "rows": len(kept),
            "columns": columns,
            "origins": [row for row, _ in kept] if len(kept) < len(values) else [],
            "dropped": 0,
            "errors": [(row, "empty value") for row, value in enumerate(values) if not value],
        }

    everything = bytes(range(256))
    for values in (
        [b"abc", b"Z{`@[", everything], [b"", b"x", None, b"y", b""], [b"", None], [], [b"z" * 70_000, b"", b"a" * 3],
        [bytes([97 + index % 26]) * (index % 7) for index in range(1000)],
    ):
        check(transform(values), expected(values))
        check(transform(values), expected(values))


# lines


def parser_schema(path):
    module = Module(path)
    check(module.create("lines"), (0, ""))
    check(module.parse(b"a\n")["status"], (-1, "no schema was bound"))
    everything = (0, "", (0, [("number", INT64)], None, b"\n"), (0, []))
    check(module.bind(operation=DESCRIBE, flags=DESCRIBE_ALL), everything)
    check(module.bind(operation=DESCRIBE, want_flags=1), everything)
    check(module.bind(wants=["other", "number"]), everything)
    check(module.bind(wants=["other"]), (0, "", (0, [], None, b"\n"), (0, [])))
    result = module.parse(b"ab\n\nc")
    check((result["rows"], result["columns"]), (3, [(BINARY, [b"ab", b"", b"c"])]))
    check(module.outcome(RESET), (0, ""))


def parser_records(path):
    module = Module(path)
    module.create("parser/lines")
    module.bind(want_flags=1)

    def expect(content, flags, values, consumed, limit=1 << 20, regions=(), discarding=False):
        check(
            module.parse(content, flags, 1000, limit),
            {
                "status": (0, ""),
                "rows": len(values),
                "columns": [(BINARY, values), (INT64, [len(value) for value in values])],
                "consumed": consumed,
                "regions": [(1000 + start, length, reason) for start, length, reason in regions],
                "discarding": discarding,
            },
        )

    expect(b"", 0, [], 0)
    expect(b"", LAST, [], 0)
    expect(b"ab", 0, [], 0)
    expect(b"ab", LAST, [b"ab"], 2)
    expect(b"ab\nc", 0, [b"ab"], 3)
    expect(b"ab\nc", LAST, [b"ab", b"c"], 4)
    expect(b"\n\n", LAST, [b"", b""], 2)
    expect(b"a\r\n\0\xff\n", 0, [b"a\r", b"\0\xff"], 6)
    expect(b"a\nb\nc\n", LAST, [b"a", b"b"], 4, limit=2)
    expect(b"a\nb", LAST, [], 0, limit=0)
    expect(b"rest\na\n", DISCARDED, [b"a"], 7, regions=[(0, 5, 3)])
    expect(b"rest", DISCARDED, [], 4, regions=[(0, 4, 3)], discarding=True)
    expect(b"rest", DISCARDED | LAST, [], 4, regions=[(0, 4, 3)])
    expect(b"", DISCARDED, [], 0, discarding=True)
    expect(b"\na", DISCARDED | LAST, [b"a"], 2, regions=[(0, 1, 3)])
    for content, flags, consumed, discarding in (
        (b"a\nbc\nd", 0, 5, False), (b"a\nbc\nd", LAST, 6, False), (b"abc", 0, 0, False), (b"x", DISCARDED, 1, True),
        (b"", 0, 0, False),
    ):
        result = module.parse(content, flags, operation=BOUNDARY)
        check(result["status"], (0, ""))
        check((result["consumed"], result["discarding"], result["rows"]), (consumed, discarding, 0))


def parser_chunks(path):
    """The same records wherever chunks end, and however few records a call may make."""
    module = Module(path)
    module.create("parser/lines")
    module.bind(want_flags=1)
    chance = random.Random(7)
    for _ in range(150):
        content = b"\n".join(b"x" * chance.choice((0, 1, 15, 16, 17, 40)) for _ in range(chance.randint(0, 12)))
        expected = content.split(b"\n")
        if expected[-1] == b"":
            expected.pop()
        found, start, end = [], 0, 0
        while start < len(content):
            end = min(len(content), max(end, start) + chance.randint(0, 30))
            flags = LAST if end == len(content) else 0
            result = module.parse(content[start:end], flags, start, chance.randint(1, 3))
            start += result["consumed"]
            found += result["columns"][0][1]
        check(found, expected)


# memory


def memory(path):
    """Blocks do not overlap, and what is freed is used again."""
    module = Module(path)
    chance = random.Random(11)
    held = {}
    for step in range(3000):
        if held and (len(held) > 60 or chance.random() < 0.45):
            address, content = held.popitem() if chance.random() < 0.5 else next(iter(held.items()))
            held.pop(address, None)
            check(module.read(address, len(content)), content)
            module.free(address)
        else:
            size = chance.choice((0, 1, 15, 16, 17, 64, 65, 80, 81, 128, 1000, 4096, 65_536, 70_000))
            content = bytes([step % 251]) * size
            address = module.allocate(size)
            assert address not in held
            module.write(address, content)
            held[address] = content
    for address, content in held.items():
        check(module.read(address, len(content)), content)
        module.free(address)
    module.free(0)
    check(module._allocate(module.store, -1), 0)
    module.free(module.allocate(300_000))
    pages = module.pages()
    for _ in range(100):
        module.free(module.allocate(300_000))
    check(module.pages(), pages)


def instances(path, name, options):
    """Instances that are destroyed give their memory back."""
    module = Module(path)
    for round in range(1500):
        module.instance = 0
        check(module.create(name, options), (0, ""))
        check(module.outcome(DESTROY), (0, ""))
        if round == 500:
            pages = module.pages()
    assert module.pages() <= pages + 3, (pages, module.pages())


CASES = {
    "keep-errors": [filter_options, filter_schema, filter_records, memory],
    "upper": [transform_schema, transform_records],
    "lines": [parser_schema, parser_records, parser_chunks],
}
INSTANCES = {"keep-errors": [LEVELS], "upper": [], "lines": []}


def main():
    folder = Path(sys.argv[1])
    count = 0
    for language in sys.argv[2:]:
        for example, cases in CASES.items():
            path = folder / language / f"{example}.wasm"
            for case in [*cases, lambda path: instances(path, example, INSTANCES[example])]:
                try:
                    case(path)
                except (AssertionError, wasmtime.Trap, wasmtime.WasmtimeError, IndexError) as error:
                    sys.exit(f"guests: FAILED. {language}, {example}, {case.__name__}:\n{error}")
                count += 1
    print(f"guests: ok, {count} cases over {', '.join(sys.argv[2:])}")


if __name__ == "__main__":
    main()
