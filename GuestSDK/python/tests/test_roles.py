"""A running plugin answers all that the contract asks, as frames and as JSON lines."""

import unittest
from pathlib import Path

from host import Instance, Plugin, make_frame

from patchbay import Field, Schema
from patchbay import frame as frames

PLUGINS = Path(__file__).parent / "plugins"
LOG = Schema([Field("level", str), Field("count", int)], time=True)


class RoleTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.plugin = Plugin(PLUGINS / "everything.py")
        cls.connection = cls.plugin.connect()

    @classmethod
    def tearDownClass(cls):
        cls.connection.close()
        cls.plugin.end()

    def instance(self, kind, name, **rest):
        return Instance(self.connection, kind, name, **rest)

    # Filters

    def test_a_filter_on_the_value(self):
        filter = self.instance("filter", "by-value", schema=LOG)
        self.assertEqual(filter.wanted, {"all": False, "names": [], "value": True, "key": False, "time": False})
        rows = [b"an error", b"fine", b"", b"error"] * 5
        answer = filter.frames("filter", make_frame(LOG, 20, value=rows))
        self.assertEqual(answer.keep, [True, False, False, True] * 5)
        answer = filter.json_lines("filter", [{"value": row.decode()} for row in rows])
        self.assertEqual(answer.lines, [True, False, False, True] * 5)

    def test_what_is_true_is_kept(self):
        filter = self.instance("filter", "by-match", schema=LOG)
        data = make_frame(LOG, 3, value=[b"ab", b"b", b"c"], level=["y", "x", None])
        self.assertEqual(filter.frames("filter", data).keep, [True, True, False])

    def test_records_that_fail_are_refused_and_the_others_go_on(self):
        filter = self.instance("filter", "by-count", schema=LOG)
        answer = filter.frames("filter", make_frame(LOG, 6, count=[9, 13, 11, None, 14, 12]))
        self.assertEqual(answer.keep, [False, False, True, False, False, True])
        self.assertEqual([row for row, _ in answer.errors], [1, 3, 4])
        self.assertEqual(answer.errors[0][1], "unlucky")
        self.assertRegex(answer.errors[1][1], r"^TypeError: .*\(everything\.py:\d+\)$")
        self.assertEqual(answer.errors[2][1], "StopIteration")
        lines = filter.json_lines("filter", [{"count": 13}, {"count": 11}]).lines
        self.assertEqual(lines, [{"$error": "unlucky"}, True])

    def test_batches(self):
        filter = self.instance("filter", "by-batch", schema=LOG)
        self.assertEqual(filter.frames("filter", make_frame(LOG, 3, count=[1, 2, 4])).keep, [False, True, True])

    def test_several_frames_in_one_request(self):
        filter = self.instance("filter", "by-count", schema=LOG)
        data = make_frame(LOG, 2, count=[1, 20]) + make_frame(LOG, 0) + make_frame(LOG, 2, count=[13, 30])
        answer = filter.frames("filter", data)
        self.assertEqual(answer.keep, [False, True, False, True])
        self.assertEqual(answer.errors, [(2, "unlucky")])

    def test_no_records(self):
        filter = self.instance("filter", "by-value", schema=LOG)
        self.assertEqual(filter.frames("filter", make_frame(LOG, 0)).keep, [])
        self.assertEqual(filter.json_lines("filter").body, b"")

    def test_options_state_and_logs(self):
        filter = self.instance("filter", "declared", options={"least": 2}, schema=LOG)
        self.assertEqual(filter.wanted["names"], ["level"])
        self.assertFalse(filter.wanted["value"])
        self.assertEqual(filter.ask("start").status, 200)
        data = make_frame(LOG, 3, level=["a", "b", "c"])
        self.assertEqual(filter.frames("filter", data).keep, [False, True, True])
        state = filter.ask("save").body
        self.assertEqual(state, b"3")
        other = self.instance("filter", "declared", options={"least": 4}, schema=LOG)
        self.assertEqual(other.ask("restore", state).status, 200)
        self.assertEqual(other.frames("filter", data).keep, [True, True, True])
        self.assertEqual(filter.ask("stop").status, 404)
        self.assertEqual(filter.ask("destroy").status, 200)
        self.assertEqual(filter.ask("save").error["code"], "configuration")

    def test_options_are_checked(self):
        def create(options):
            capability = {"type": "filter", "name": "declared"}
            return self.connection.ask("/v1/create", {"capability": capability, "options": options}).error

        self.assertEqual(create({"least": "3"})["message"], "the option 'least' is to be a integer, not '3'")
        self.assertEqual(create({"least": True})["code"], "configuration")
        self.assertIn("'other'", create({"other": 1})["message"])

    def test_fields_that_are_not_there_are_an_error_of_the_schema(self):
        number = self.connection.ask(
            "/v1/create", {"capability": {"type": "filter", "name": "declared"}, "stage": "s"}
        ).json["instance"]
        schema = Schema([Field("count", int)])
        answer = self.connection.ask(
            "/v1/bind", {"input": schema.json(), "request": None}, Patchbay_Instance=number
        )
        self.assertEqual(answer.error["code"], "schema")
        self.assertEqual(answer.error["message"], "there is no field 'level'; there are count")

    def test_errors_of_a_call(self):
        filter = self.instance("filter", "fails", schema=LOG)
        answer = filter.frames("filter", make_frame(LOG, 1))
        self.assertEqual(answer.status, 503)
        expected = {"code": "io", "message": "the service is away", "retryable": True, "details": {"least": 3}}
        self.assertEqual(answer.error, expected)

    def test_damaged_frames_are_an_error_and_the_connection_goes_on(self):
        filter = self.instance("filter", "by-value", schema=LOG)
        data = make_frame(LOG, 2, value=[b"a", b"error"])
        for damaged in (data[:-8], b"x" + data[1:], data + b"rest", data[:100]):
            answer = filter.frames("filter", damaged)
            self.assertEqual((answer.status, answer.error["code"]), (400, "input"))
        self.assertEqual(filter.frames("filter", data).keep, [False, True])

    def test_open_schemas(self):
        schema = Schema([Field("rest", "json_map")], open=True)
        filter = self.instance("filter", "declared", options={"least": 1}, schema=schema)
        bound = Schema([Field("level", "json"), Field("rest", "json_map")], open=True)
        data = make_frame(bound, 2, level=["error", None])
        self.assertEqual(filter.frames("filter", data).keep, [True, True])

    # Validators

    def test_a_validator(self):
        validator = self.instance("validator", "short", schema=LOG)
        data = make_frame(LOG, 5, value=[b"ok", b"long one", b"no", b"bad", b""])
        expected = [(1, "too long"), (2, "refused"), (3, "a bad one")]
        self.assertEqual(validator.frames("validate", data).errors, expected)
        self.assertEqual(validator.frames("validate", make_frame(LOG, 1, value=[b""])).body, b"")
        lines = validator.json_lines("validate", [{"value": "ok"}, {"value": "no"}]).lines
        self.assertEqual(lines, [None, {"$error": "refused"}])
        self.assertEqual(validator.json_lines("validate", [{"value": "ok"}]).body, b"")

    # Transforms

    def test_a_transform(self):
        transform = self.instance("transform", "length", schema=LOG)
        self.assertEqual([f.name for f in transform.output.fields], ["level", "count", "length"])
        rows = [b"four", b"drop", b"twice", b"odd", b"same", b"set"]
        levels = ["a", "b", None, "d", "e", "f"]
        data = make_frame(LOG, 6, value=rows, level=levels, count=[1, 2, 3, 4, 5, None], time=[9, 8, 7, 6, 5, 4])
        answer = transform.frames("transform", data)
        made = [(r["value"], r["level"], r["count"], r["time"], r["length"]) for r in answer.records]
        self.assertEqual(made, [
            (b"four", "a", 1, 9, 4), (b"twice", None, 3, 7, 1), (b"twice", None, 3, 7, 2), (b"same", "e", 5, 5, None),
            (b"set", "f", None, 4, 77),
        ])
        self.assertEqual(answer.errors, [(3, "the field 'length' of type int64 cannot be 'no number' (str)")])
        self.assertEqual((answer.headers["patchbay-dropped"], answer.headers["patchbay-added"]), ("1", "1"))
        # Values are not sent back.
        self.assertNotIn(b"twice", answer.body)

    def test_a_transform_as_lines(self):
        transform = self.instance("transform", "length", schema=LOG)
        rows = [{"value": v, "level": "x", "time": "1970-01-01T00:00:01Z"} for v in ("four", "drop", "twice", "odd")]
        lines = transform.json_lines("transform", rows).lines
        whole = {"value": "four", "time": "1970-01-01T00:00:01.000000000Z", "level": "x", "length": 4}
        self.assertEqual(lines[0], whole)
        self.assertEqual(lines[1], None)
        self.assertEqual([r["length"] for r in lines[2]], [1, 2])
        self.assertIn("no number", lines[3]["$error"])

    def test_whole_batches_pass_without_copies(self):
        transform = self.instance("transform", "doubled", schema=LOG)
        rows = 100
        data = make_frame(LOG, rows, value=[b"payload %d" % i for i in range(rows)], count=list(range(rows)))
        answer = transform.frames("transform", data)
        self.assertEqual([r["double"] for r in answer.records], [2 * i for i in range(rows)])
        self.assertEqual([r["value"] for r in answer.records], [b"payload %d" % i for i in range(rows)])
        self.assertNotIn(b"payload", answer.body)
        # Also where the frame does not stand at the beginning of the body.
        answer = transform.frames("transform", make_frame(LOG, 1, value=[b"first"], count=[5]) + data)
        self.assertEqual(answer.records[1]["value"], b"payload 0")
        self.assertEqual(answer.records[0]["value"], b"first")

    def test_only_what_is_asked_for_is_made(self):
        request = {"all": False, "names": ["length"], "value": False, "key": False, "time": False}
        transform = self.instance("transform", "length", schema=LOG, request=request)
        self.assertEqual(transform.wanted, {"all": False, "names": [], "value": True, "key": False, "time": False})
        answer = transform.frames("transform", make_frame(LOG, 2, value=[b"a", b"bc"]))
        (batch,) = answer.parts["records"]
        self.assertEqual([c.is_carried for c in batch.columns], [False, False, False, False, True])
        self.assertEqual(batch.values("length"), [1, 2])

    def test_generators(self):
        transform = self.instance("transform", "several", schema=LOG)
        rows = [b"one two", b"", b"and stop here", b"three"]
        answer = transform.frames("transform", make_frame(LOG, 4, value=rows))
        made = [(r["value"], r["word"]) for r in answer.records]
        self.assertEqual(made, [
            (b"one two", "one"), (b"one two", "o"), (b"one two", "two"), (b"one two", "o"), (b"three", "three"), (b"three", "t"),
        ])
        self.assertEqual(answer.errors, [(2, "stopped")])
        self.assertEqual((answer.headers["patchbay-dropped"], answer.headers["patchbay-added"]), ("1", "4"))

    def test_one_value_of_one_field(self):
        transform = self.instance("transform", "upper", schema=LOG)
        answer = transform.frames("transform", make_frame(LOG, 2, value=[b"a", None], level=["x", "y"]))
        self.assertEqual([(r["value"], r["level"]) for r in answer.records], [(b"A", "x")])
        self.assertEqual([row for row, _ in answer.errors], [1])

    def test_fields_that_are_not_declared_are_the_plugin_s_mistake(self):
        transform = self.instance("transform", "undeclared", schema=LOG)
        answer = transform.frames("transform", make_frame(LOG, 1, value=[b"a"]))
        self.assertEqual(answer.error["code"], "schema")
        self.assertIn("'surprise'", answer.error["message"])

    # Aggregates

    def test_an_aggregate(self):
        aggregate = self.instance("aggregate", "totals", schema=LOG)
        answer = aggregate.frames("accumulate", make_frame(LOG, 3, value=[b"ab", b"refuse", b"cde"]))
        self.assertEqual(answer.errors, [(1, "refused")])
        self.assertEqual(aggregate.json_lines("accumulate", [{"value": "xy"}]).status, 200)
        self.assertEqual(aggregate.ask("finish", Accept="application/x-ndjson").lines, [{"records": 3, "bytes": 7}])
        aggregate.frames("accumulate", make_frame(LOG, 0))
        self.assertEqual(aggregate.ask("finish").records, [{"records": 3, "bytes": 7}])

    def test_many_results_come_in_pieces(self):
        aggregate = self.instance("aggregate", "many", schema=LOG)
        found = []
        while True:
            answer = aggregate.ask("finish")
            found += [r["n"] for r in answer.records]
            if answer.headers.get("patchbay-flags") != "more":
                break
        self.assertEqual(found, list(range(25_000)))

    # Parsers

    def test_a_parser(self):
        parser = self.instance("parser", "pairs")
        data = b"home=/x\nnothing\nlast=1"
        answer = parser.ask("parse", data, Patchbay_Position=100)
        self.assertEqual(answer.headers["patchbay-consumed"], "16")
        records = [(r["value"], r["name"], r["text"]) for r in answer.records]
        self.assertEqual(records, [(b"home=/x", "home", "/x")])
        self.assertEqual(answer.regions, [(108, 8, "invalid")])
        answer = parser.ask("parse", b"last=1", Patchbay_Flags="last")
        self.assertEqual((answer.headers["patchbay-consumed"], answer.records[0]["text"]), ("6", "1"))
        self.assertEqual(parser.ask("parse", b"no end").headers["patchbay-consumed"], "0")

    def test_a_parser_stops_at_its_limit(self):
        parser = self.instance("parser", "pairs")
        data = b"a=1\nb=2\n\nc=3\n"
        answer = parser.ask("parse", data, Patchbay_Limit=2, Patchbay_Flags="last")
        self.assertEqual([r["name"] for r in answer.records], ["a", "b"])
        self.assertEqual(answer.headers["patchbay-consumed"], "8")
        self.assertEqual(answer.regions, [])

    def test_a_record_that_was_too_large(self):
        parser = self.instance("parser", "pairs")
        answer = parser.ask("parse", b"the middle", Patchbay_Flags="discarded")
        self.assertEqual(answer.headers["patchbay-flags"], "still-discarding")
        self.assertEqual(answer.headers["patchbay-consumed"], "10")
        answer = parser.ask("parse", b"the end\na=1\n", Patchbay_Flags="discarded", Patchbay_Position=50)
        self.assertEqual(answer.regions, [(50, 8, "too_large")])
        self.assertEqual([r["name"] for r in answer.records], ["a"])
        self.assertEqual(answer.headers["patchbay-consumed"], "12")

    def test_chunks_give_the_same_records(self):
        data = b"a=1\nbb=22\n\nccc=333\nnone\nd=4"
        parser = self.instance("parser", "pairs")
        whole = [r["value"] for r in parser.ask("parse", data, Patchbay_Flags="last").records]
        for size in range(1, len(data)):
            found, place, end = [], 0, size
            while place < len(data):
                last = end >= len(data)
                answer = parser.ask(
                    "parse", data[place:end], Patchbay_Position=place, Patchbay_Flags="last" if last else ""
                )
                found += [r["value"] for r in answer.records]
                place += int(answer.headers["patchbay-consumed"])
                end = min(len(data), end + size)
            self.assertEqual(found, whole, size)

    def test_what_is_cut_off_is_a_region(self):
        parser = self.instance("parser", "blocks")
        self.assertTrue(parser.created.json["splits"])
        answer = parser.ask("parse", b"aaaabbbbcc", Patchbay_Flags="last")
        self.assertEqual([r["value"] for r in answer.records], [b"aaaa", b"bbbb"])
        self.assertEqual(answer.regions, [(8, 2, "truncated")])
        self.assertEqual(answer.headers["patchbay-consumed"], "10")
        self.assertEqual(parser.ask("boundary", b"aaaabbbbcc").headers["patchbay-consumed"], "8")
        self.assertEqual(parser.ask("reset").status, 200)

    def test_a_parser_as_lines(self):
        parser = self.instance("parser", "pairs")
        answer = parser.ask("parse", b"a=1\nx\n", Accept="application/x-ndjson")
        self.assertEqual(answer.lines, [
            {"value": "a=1", "name": "a", "text": "1"}, {"$region": {"position": 4, "length": 2, "reason": "invalid"}},
        ])

    def test_recognition(self):
        answer = self.connection.ask("/v1/recognize", b"a=b")
        self.assertEqual(answer.json, {"confidence": 80, "options": {"x": 1}})
        self.assertEqual(self.connection.ask("/v1/recognize", b"ab").json["confidence"], 0)

    # Sources and sinks

    def test_a_source(self):
        source = self.instance("source", "numbers", options={"least": 4})
        answer = source.ask("read-batch", Patchbay_Flags="may-wait")
        self.assertEqual([r["number"] for r in answer.records], [0, 1])
        self.assertNotIn("patchbay-flags", answer.headers)
        answer = source.ask("read-batch")
        self.assertEqual([(r["number"], r["value"]) for r in answer.records], [(2, b"2"), (3, b"3")])
        self.assertEqual(answer.headers["patchbay-flags"], "end")

    def test_a_source_delivers_what_is_asked_for(self):
        request = {"all": False, "names": [], "value": True, "key": False, "time": False}
        source = self.instance("source", "numbers", options={"least": 1}, request=request)
        self.assertEqual(source.output.fields, ())
        self.assertEqual(source.ask("read-batch").records, [{"value": b"0"}])

    def test_a_byte_source(self):
        source = self.instance("byte_source", "bytes")
        answers = [source.ask("read-bytes", Patchbay_Limit=4) for _ in range(6)]
        found = [(a.body, a.headers.get("patchbay-flags"), a.headers.get("patchbay-part")) for a in answers]
        self.assertEqual(found, [
            (b"abcd", None, "one%20%C3%A4"), (b"ef", None, None), (b"", "nothing-yet", None), (b"", "end-of-part", None),
            (b"ghi", None, "two"), (b"", "end", None),
        ])

    def test_a_sink(self):
        sink = self.instance("sink", "file", schema=LOG)
        answer = sink.frames("write", make_frame(LOG, 3, value=[b"one", b"bad", b"two"]))
        self.assertEqual(answer.errors, [(1, "not written")])
        self.assertEqual(sink.ask("flush").status, 200)
        self.assertEqual(Path(self.plugin.folder.name, "out.txt").read_bytes(), b"one\ntwo\n")
        self.assertEqual(sink.ask("stop").status, 200)

    def test_a_capability(self):
        capability = self.instance("greeting", "everything")
        self.assertEqual(capability.ask("answer", b"Ada", Patchbay_Operation="hello").body, b"Hello, Ada")
        self.assertEqual(capability.ask("answer", Patchbay_Operation="%C3%A4%20b").body, b"odd")
        self.assertEqual(capability.ask("answer", Patchbay_Operation="other").error["code"], "unsupported")

    def test_what_there_is_no_use_for(self):
        filter = self.instance("filter", "by-value", schema=LOG)
        for operation in ("start", "stop", "reset", "save", "restore", "boundary", "parse", "nonsense"):
            answer = filter.ask(operation)
            self.assertEqual((answer.status, answer.error["code"]), (404, "unsupported"), operation)
        self.assertEqual(self.connection.ask("/v2/health").status, 404)


if __name__ == "__main__":
    unittest.main()
