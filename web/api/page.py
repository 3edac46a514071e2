"""Manual page of the API, and its OpenAPI document; without key and scripts."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse

from records import Scope
from text.catalog import STAFF_LANGUAGES, Texts
from web.api.context import Api, home
from web.api.i18n import api_texts, reader_language
from web.i18n import texts
from web.rendering import render

POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
ORDER = ("questions", "sources", "feedback", "documents", "records", "status")
"""Tags of the operations, in the order of the page."""
JSON_TYPE = "application/json"

routes = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Operation:
    """An operation for the manual page.

    `fields` are name, type and whether it is required; `example` is a body.
    """

    id: str
    method: str
    path: str
    summary: str
    more: str
    fields: tuple[tuple[str, str, bool], ...]
    example: str
    statuses: tuple[str, ...]


@routes.get("/openapi.json")
def openapi_document(request: Request) -> JSONResponse:
    """Returns the OpenAPI document with the path of the API, also behind a proxy."""
    root = str(request.scope.get("root_path", ""))
    return JSONResponse(request.app.openapi() | {"servers": [{"url": root}]})


@routes.get("/")
def manual(request: Request, api: Api, language: Annotated[str, Query(max_length=10)] = "") -> HTMLResponse:
    """Returns the manual page in a staff language, by default that of the reader."""
    chosen = language if language in STAFF_LANGUAGES else reader_language(request)
    words, document = api_texts(chosen), request.app.openapi()
    shown = render(
        "api/manual",
        address=home(request, api),
        groups=group_operations(document, words),
        language=chosen,
        languages=[(code, texts(code)["page.language"]) for code in STAFF_LANGUAGES],
        name=texts(chosen)["masthead.name"],
        problems=[key.split(".")[1] for key in words if key.startswith("problem.") and key.endswith(".do")],
        scopes=tuple(Scope),
        words=words,
    )
    return HTMLResponse(shown, headers={"content-security-policy": POLICY})


@routes.get("/manual.css")
def style() -> FileResponse:
    """Returns the style sheet of the manual page."""
    return FileResponse(Path(__file__).parent / "manual.css", media_type="text/css")


def group_operations(document: Mapping[str, Any], words: Texts) -> dict[str, list[Operation]]:
    """Returns the operations of an OpenAPI document by tag, in the order of the page."""
    found = defaultdict(list)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            found[operation["tags"][0]].append(operation_of(document, method, path, operation, words))
    return {tag: found[tag] for tag in ORDER}


def operation_of(
    document: Mapping[str, Any], method: str, path: str, operation: Mapping[str, Any], words: Texts
) -> Operation:
    """Returns an operation of an OpenAPI document with the sentences of the catalog."""
    name = operation["operationId"]
    schemas = document["components"]["schemas"]
    body = body_of(schemas, operation)
    parameters = [
        (each["name"], kind_of(each["schema"], schemas), bool(each.get("required")))
        for each in operation.get("parameters", [])
    ]
    required = body.get("required", [])
    fields = [
        (field, kind_of(schema, schemas), field in required) for field, schema in body.get("properties", {}).items()
    ]
    examples = body.get("examples") or [{}]
    return Operation(
        name,
        method.upper(),
        path,
        words[f"operation.{name}"],
        words[f"operation.{name}.more"],
        (*parameters, *fields),
        json.dumps(examples[0], ensure_ascii=False) if examples[0] else "",
        tuple(sorted(operation["responses"])),
    )


def body_of(schemas: Mapping[str, Any], operation: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the schema of the JSON body of an operation; empty if it takes none."""
    content = operation.get("requestBody", {}).get("content", {})
    return find_named_schema(content.get(JSON_TYPE, {}).get("schema", {}), schemas)


def find_named_schema(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the schema that a reference names; empty if it is none."""
    found: dict[str, Any] = schemas.get(schema.get("$ref", "").rpartition("/")[2], {})
    return found


def kind_of(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    """Returns a type in short: `integer 1–50`, `zh | en` or `[{role, content, …}]`."""
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(kind_of(each, schemas) or '""' for each in schema["anyOf"]))
    if values := schema.get("enum") or ([schema["const"]] if "const" in schema else []):
        return " | ".join(map(str, values))
    if named := find_named_schema(schema, schemas):
        return f"{{{', '.join(named['properties'])}}}" if "properties" in named else kind_of(named, schemas)
    kind = str(schema.get("format") or schema.get("type", ""))
    if kind == "array":
        return f"[{kind_of(schema.get('items', {}), schemas)}]"
    if "minimum" in schema and "maximum" in schema:
        return f"{kind} {schema['minimum']}–{schema['maximum']}"
    return f"{kind} ≤ {schema['maxLength']}" if "maxLength" in schema else kind
