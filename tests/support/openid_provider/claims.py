"""What the provider says of a person: the address, and whether it has verified that."""

from __future__ import annotations

from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator

from tests.support.openid_provider.people import PEOPLE


class Claims(OAuth2Validator):
    """The toolkit's own rules, with the claims of the scope `email`."""

    def get_additional_claims(self, request: Any) -> dict[str, object]:
        person = request.user.get_username()
        return {"email": request.user.email, "email_verified": PEOPLE[person][1]}
