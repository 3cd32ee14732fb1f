#!/usr/bin/env python3
"""Signs digests for hosts of the Open Component Model, and compares; the signature is the digest backwards."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from patchbay import PluginError, capability, run  # noqa: E402


@capability("signingHandler/Backwards/v1", version="1.2.0", summary="Signs by writing backwards.", schema={
    "type": "object", "required": ["type"], "additionalProperties": False,
    "properties": {"type": {"const": "Backwards/v1"}},
})
def sign(operation, data):
    call = json.loads(data)
    request = call["request"]
    if operation == "sign":
        value = request["digest"]["value"]
        if not value:
            raise PluginError("an empty digest", "input")
        issuer = call.get("credentials", {}).get("type", "nobody")
        return json.dumps({"signature": {
            "algorithm": "Backwards", "value": value[::-1], "mediaType": "text/plain", "issuer": issuer}})
    if operation == "verify":
        signature = request["signature"]
        if signature["signature"]["value"] != signature["digest"]["value"][::-1]:
            raise PluginError("the signature does not fit", "denied")
        return "{}"
    if operation in ("sign/identity", "verify/identity"):
        return json.dumps({"identity": {"type": "Backwards"}})
    return None


@capability("signingHandler/Never/v1")
def never(operation, data):
    raise RuntimeError("never")


run()
