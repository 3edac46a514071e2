"""API authentication: keys, their scopes, and their rate limits."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from records import ApiKey, Scope
from web.api.context import Api
from web.api.problems import ProblemError

BEARER = HTTPBearer(auto_error=False, scheme_name="key", description="A key that the staff made in the staff room.")


class Allowed:
    """Dependency that requires a key with one of the scopes, and counts the request.

    Without scopes, any key is enough.
    """

    def __init__(self, *scopes: Scope) -> None:
        self.scopes = scopes

    def __call__(
        self, api: Api, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)]
    ) -> ApiKey:
        """Returns the key, and counts the request.

        Raises ProblemError 401 if there is no key or an unknown one, 403 if it has none of the scopes.
        Raises ProblemError 429 if the key has used up its requests.
        Raises RecordsUnavailableError while the records are away.
        """
        if credentials is None:
            raise ProblemError(401, "no_key")
        keys = api.service.records.api_keys
        key = keys.find(credentials.credentials)
        if key is None:
            raise ProblemError(401, "wrong_key")
        if not api.pace.hit(str(key.id), key.per_minute):
            raise ProblemError(429, "too_often", api.pace.seconds_left(str(key.id)), limit=key.per_minute)
        keys.note_use(key)
        if self.scopes and not set(self.scopes) & set(key.scopes):
            raise ProblemError(403, "scope", scopes=" / ".join(self.scopes))
        return key


AnyKey = Annotated[ApiKey, Depends(Allowed())]
MayAsk = Annotated[ApiKey, Depends(Allowed(Scope.ASK))]
MaySearch = Annotated[ApiKey, Depends(Allowed(Scope.SEARCH))]
MayRead = Annotated[ApiKey, Depends(Allowed(Scope.ASK, Scope.SEARCH))]
MayChangeDocuments = Annotated[ApiKey, Depends(Allowed(Scope.DOCUMENTS))]
MayReadRecords = Annotated[ApiKey, Depends(Allowed(Scope.RECORDS))]
