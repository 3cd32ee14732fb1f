"""The requests of a host, and what is answered."""

from __future__ import annotations

from _thread import allocate_lock

from . import answers, log, roles
from .answers import Answer
from .errors import FrameError, PluginError
from .options import checked
from .transforms import TransformInstance

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Sequence, Tuple

    from .http import Request
    from .plugin import Registry

    Answered = Tuple[int, Dict[str, str], str, Sequence[Any]]

_INSTANCES = {
    "filter": roles.FilterInstance,
    "transform": TransformInstance,
    "validator": roles.ValidatorInstance,
    "aggregate": roles.AggregateInstance,
    "parser": roles.ParserInstance,
    "source": roles.SourceInstance,
    "byte_source": roles.ByteSourceInstance,
    "sink": roles.SinkInstance,
    "capability": roles.CapabilityInstance,
}
_STATUS = {"input": 400, "configuration": 400, "schema": 400, "unsupported": 404, "denied": 403}


def _same(left: str, right: str) -> bool:
    try:
        from _operator import _compare_digest
    except ImportError:
        return left == right
    return _compare_digest(left.encode("latin-1", "replace"), right.encode("latin-1", "replace"))


class Service:
    """The instances of one process."""

    def __init__(self, registry: Registry, token: str, peer_token: str) -> None:
        self.registry = registry
        self.token = token
        self.peer_token = peer_token
        self.instances: Dict[str, Tuple[roles.Instance, Any]] = {}
        self.count = 0
        self.lock = allocate_lock()

    def may(self, request: Request) -> bool:
        """Whether the request comes from who started the process."""
        if not self.token or request.path == "/v1/health":
            return True
        return _same(request.headers.get("authorization", ""), f"Bearer {self.token}")

    def unauthorized(self) -> Tuple[str, Sequence[Any]]:
        """What is said to others."""
        answer = self._error(401, PluginError("the request has not the token", "denied"))
        return answer[2], answer[3]

    def answer(self, request: Request) -> Answered:
        """The answer to a request; never raises."""
        try:
            answer = self._answer(request)
        except roles.Unsupported:
            return self._error(404, PluginError("the plugin has no use for that", "unsupported"))
        except PluginError as error:
            return self._error(503 if error.retryable else _STATUS.get(error.code, 500), error)
        except FrameError as error:
            return self._error(400, PluginError(str(error), "input"))
        except MemoryError:
            return self._error(500, PluginError("there is not enough memory"))
        except Exception as error:
            self._say(error)
            return self._error(500, PluginError(roles.complaint(error)))
        finally:
            log._context.stage = None
        return 200, answer.headers, answer.content_type, answer.pieces

    @staticmethod
    def _say(error: Exception) -> None:
        import traceback

        trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        log.error(roles.complaint(error), traceback=trace[-8000:])

    @staticmethod
    def _error(status: int, error: PluginError) -> Answered:
        tree = {
            "code": error.code, "message": error.message, "retryable": error.retryable, "details": error.details,
        }
        answer = Answer.json({"error": tree})
        return status, {}, answer.content_type, answer.pieces

    def _answer(self, request: Request) -> Answer:
        path = request.path
        if not path.startswith("/v1/"):
            raise PluginError(f"there is no {path!r}", "unsupported")
        operation = path[4:]
        if operation == "health":
            return Answer(Patchbay_Peer=self.peer_token) if self.peer_token else Answer()
        if request.method != "POST":
            raise PluginError(f"{path} is asked for by POST", "unsupported")
        if operation == "shutdown":
            return Answer()
        if operation == "create":
            return self._create(self._json(request))
        if operation == "recognize":
            return self._recognize(bytes(request.body))
        number = request.headers.get("patchbay-instance", "")
        found = self.instances.get(number)
        if found is None:
            raise PluginError(f"there is no instance {number!r}", "configuration")
        instance, lock = found
        log._context.stage = instance.stage
        with lock:
            if operation == "destroy":
                self.instances.pop(number, None)
                return Answer()
            return self._operate(instance, operation, request)

    def _operate(self, instance: roles.Instance, operation: str, request: Request) -> Answer:
        if operation in ("describe", "bind"):
            return instance.describe(self._json(request), operation == "bind")
        function = instance.operations.get(operation)
        if function is None:
            raise PluginError(f"the plugin has no operation {operation!r}", "unsupported")
        headers = request.headers
        # Without records in the request its encoding is that of the last one that had some, or what the host accepts.
        kind = headers.get("content-type", "")
        lines = answers.LINES in kind or answers.LINES in headers.get("accept", "")
        if not lines and answers.FRAMES not in kind and not request.body:
            lines = instance.in_lines
        flags = headers.get("patchbay-flags", "").replace(",", " ").split()
        return function(roles.Call(request.body, headers, flags, lines))

    @staticmethod
    def _json(request: Request) -> Dict[str, Any]:
        import json

        try:
            tree = json.loads(bytes(request.body) or b"{}")
        except (ValueError, RecursionError) as error:
            raise PluginError(f"the body of the request is no JSON: {error}", "input") from None
        if not isinstance(tree, dict):
            raise PluginError("the body of the request is no JSON object", "input")
        return tree

    def _create(self, tree: Dict[str, Any]) -> Answer:
        capability = tree.get("capability")
        if not isinstance(capability, dict):
            raise PluginError("the request names no capability", "configuration")
        kind, name = str(capability.get("type")), str(capability.get("name"))
        definition = self.registry.find(kind, name)
        if definition is None:
            raise PluginError(f"there is no {kind}/{name}", "configuration")
        given = tree.get("options") or {}
        if not isinstance(given, dict):
            raise PluginError("the options are no JSON object", "configuration")
        options = checked(self.registry.manifest().get("options", []), given)
        stage = str(tree.get("stage") or "")
        log._context.stage = stage
        instance = _INSTANCES[definition.role](definition, options, stage)
        with self.lock:
            self.count += 1
            number = self.count
        self.instances[str(number)] = (instance, allocate_lock())
        return Answer.json({"instance": number, "splits": bool(getattr(instance, "splits", False))})

    def _recognize(self, data: bytes) -> Answer:
        for definition in self.registry.definitions:
            function = definition.recognize
            if function is None and definition.is_class and definition.role == "parser":
                function = getattr(definition.target, "recognize", None)
            if function is not None:
                found = function(data)
                confidence, options = found if isinstance(found, tuple) else (found, {})
                return Answer.json({"confidence": max(0, min(100, int(confidence))), "options": options})
        raise roles.Unsupported

    def stop_all(self) -> None:
        """The process ends: plugins may put down what they hold."""
        for instance, _ in list(self.instances.values()):
            try:
                instance.operations["stop"](roles.Call(bytearray(), {}, (), False))
            except Exception:
                # Nobody is left who could be told.
                pass
        self.instances.clear()
