"""The JSON job as a Bytewax flow: batches of lines in, one operator per step, as its documentation does it."""
import json
import sys

import bytewax.operators as op
from bytewax.connectors.files import FileSource
from bytewax.connectors.stdio import StdOutSink
from bytewax.dataflow import Dataflow
from bytewax.testing import run_main


def change(record):
    del record["host"]
    record["env"] = "prod"
    return record


flow = Dataflow("errors")
lines = op.input("lines", flow, FileSource(sys.argv[1], batch_size=1000))
records = op.map("parse", lines, json.loads)
errors = op.filter("errors", records, lambda record: record["level"] == "ERROR")
changed = op.map("change", errors, change)
op.output("out", op.map("write", changed, json.dumps), StdOutSink())
run_main(flow)
