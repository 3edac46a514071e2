"""Serves the provider: `python -m tests.support.openid_provider PORT FOLDER BACK`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIServer, make_server

from tests.support.openid_provider.people import CLIENT, PASSWORD, PEOPLE, SECRET

LOGIN = (
    "<!doctype html><html lang=en><title>Sign in there</title><form method=post>{% csrf_token %}{{ form.as_p }}"
    '<input type=hidden name=next value="{{ next }}"><button>Sign in there</button></form>'
)


def set_up(place: Path) -> None:
    """Sets up Django with accounts, sessions and the provider, in a database of its own."""
    import django
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from django.conf import settings

    pem = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    settings.configure(
        ALLOWED_HOSTS=["localhost"],
        SECRET_KEY=os.urandom(32).hex(),
        ROOT_URLCONF="tests.support.openid_provider.urls",
        LOGIN_URL="/login/",
        INSTALLED_APPS=[
            *(f"django.contrib.{each}" for each in ("auth", "contenttypes", "sessions")),
            "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(place / "provider.sqlite")}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "loaders": [("django.template.loaders.locmem.Loader", {"registration/login.html": LOGIN})],
                    "context_processors": ["django.template.context_processors.request"],
                },
            }
        ],
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_RSA_PRIVATE_KEY": pem.decode(),
            "OAUTH2_VALIDATOR_CLASS": "tests.support.openid_provider.claims.Claims",
            "PKCE_REQUIRED": True,
            "SCOPES": {"openid": "who it is", "email": "the address"},
        },
        USE_TZ=True,
    )
    django.setup()


def fill(back: str) -> None:
    """Makes the tables, the people and the client."""
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from oauth2_provider.models import Application

    call_command("migrate", verbosity=0)
    for name, (email, _) in PEOPLE.items():
        User.objects.create_user(name, email, PASSWORD)
    Application.objects.create(
        client_id=CLIENT, client_secret=SECRET, redirect_uris=back, algorithm="RS256", skip_authorization=True,
        client_type="confidential", authorization_grant_type="authorization-code",
    )  # fmt: skip


class Threaded(ThreadingMixIn, WSGIServer):
    """A server that does not wait for a connection that a browser only opens."""

    daemon_threads = True


def main(port: str, place: str, back: str) -> None:
    set_up(Path(place))
    fill(back)
    from django.core.wsgi import get_wsgi_application

    make_server("127.0.0.1", int(port), get_wsgi_application(), Threaded).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
