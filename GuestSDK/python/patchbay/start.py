"""The commands of a plugin's program."""

from __future__ import annotations

import sys

from .plugin import Registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Optional


def _embedded() -> Optional[Dict[str, Any]]:
    """The manifest that a build put beside the program."""
    main = sys.modules.get("__main__")
    loader = getattr(main, "__loader__", None)
    archive = getattr(loader, "archive", None)
    if loader is None or archive is None or not hasattr(loader, "get_data"):
        return None
    try:
        text = loader.get_data(f"{archive}/plugin.json")
    except OSError:
        return None
    import json

    found: Dict[str, Any] = json.loads(text)
    return found


def _capabilities(registry: Registry, words: List[str]) -> int:
    import json

    manifest = registry.manifest()
    for capability in manifest["capabilities"]:
        if registry.find(capability["type"], capability["name"]) is None:
            sys.stderr.write(f"the manifest names {capability['type']}/{capability['name']}, which the program has not\n")
            return 1
    if any(entry["type"] in _OCM for entry in manifest["capabilities"]):
        from . import ocm

        manifest = ocm.capabilities(manifest, ocm.specifications_of(registry))
    text = json.dumps(manifest, ensure_ascii=False) + "\n"
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()
    return 0


def _server(registry: Registry, words: List[str]) -> int:
    from .server import serve

    return serve(registry)


def _ocm(registry: Registry, words: List[str]) -> int:
    from . import ocm

    return ocm.start(registry, words)


# Capability types of the Open Component Model, whose hosts start a plugin with `--config`.
_OCM = frozenset((
    "componentVersionRepository", "componentLister", "credentialPlugin", "credentialRepository",
    "digestProcessorRepository", "resourceRepository", "inputRepository", "blobTransformer", "signingHandler",
))
COMMANDS: Dict[str, Callable[[Registry, List[str]], int]] = {
    "capabilities": _capabilities, "server": _server, "--config": _ocm, "-config": _ocm,
}
"""By their first word; a way to start a plugin is added here."""


def start(registry: Registry, words: List[str]) -> int:
    """Does what the command line asks for; returns the exit code."""
    command = COMMANDS.get(words[0].partition("=")[0]) if words else None
    if command is None:
        program = sys.argv[0].rpartition("/")[2] or "PLUGIN"
        sys.stderr.write(f"{program} is a plugin of Patchbay: '{program} capabilities' prints what it can do, "
                         f"'{program} server' is started by a host\n")
        return 2
    registry.embedded = _embedded()
    return command(registry, words)
