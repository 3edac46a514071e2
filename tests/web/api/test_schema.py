"""The service does what its OpenAPI document says, whatever is sent: schemathesis tries it."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from evals.serving import serve
from tests.web.api.conftest import Center

EXAMPLES = 8
"""Requests an operation."""


def test_every_operation_answers_as_its_description_says(center: Center) -> None:
    import schemathesis  # here: every process of a run collects all tests, and one of them needs it
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks as conform

    checks = [
        not_a_server_error,
        conform.status_code_conformance,
        conform.content_type_conformance,
        conform.response_schema_conformance,
    ]
    key = {"authorization": center.program(per_minute=6_000).headers["authorization"]}
    with serve(center.app) as address:
        schema = schemathesis.openapi.from_url(f"{address}api/v1/openapi.json")
        operations = [each.ok() for each in schema.get_all_operations()]
        for operation in operations:

            @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
            @given(case=operation.as_strategy())
            def answers_as_described(case: schemathesis.Case) -> None:
                case.call_and_validate(checks=checks, headers=key, timeout=120)

            answers_as_described()
    assert len(operations) > 15
