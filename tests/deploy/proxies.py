"""nginx and Caddy, started with the configurations of `deploy/`, which are changed only in ports, names and paths."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.conftest import ROOT
from tests.running import Running
from tests.support.ports import free_port

NGINX = """
daemon off;
pid {place}/nginx.pid;
error_log {place}/error.log;
{user}
events {{ }}
http {{
    client_body_temp_path {place}/body;
    proxy_temp_path {place}/proxied;
    fastcgi_temp_path {place}/fastcgi;
    uwsgi_temp_path {place}/uwsgi;
    scgi_temp_path {place}/scgi;
    include {place}/site.conf;
}}
"""
CADDY = """
{{
    admin off
    auto_https disable_redirects
    storage file_system {place}/storage
    skip_install_trust
}}
"""


def replaced(text: str, values: Mapping[str, str]) -> str:
    """A configuration with other values; each must stand in it."""
    for old, new in values.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def program(name: str) -> str:
    """Where a program lies; a skip where it is not there, in CI an error."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    if found is None:
        message = f"needs {name} (Debian: apt-get install {name})"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found


def write_certificate(place: Path) -> None:
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    )
    subprocess.run(
        [*command.split(), "-keyout", "key.pem", "-out", "cert.pem"], cwd=place, check=True, capture_output=True
    )


@contextmanager
def nginx(app: Running, place: Path, other: Mapping[str, str] = MappingProxyType({})) -> Iterator[str]:
    """The address of an nginx with a certificate in front of an app; `other` values replace more of its settings."""
    port, plain = free_port(), free_port()
    values = {
        "127.0.0.1:7860": f"127.0.0.1:{app.port}",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
        "https://$host$request_uri": f"https://$host:{port}$request_uri",
        "qiantang.example": "127.0.0.1",
        "/etc/ssl/qiantang.pem": f"{place}/cert.pem",
        "/etc/ssl/qiantang.key": f"{place}/key.pem",
        "/var/log/nginx/qiantang.log": f"{place}/access.log",
        "location / {": f"location {app.root_path}/ {{",
    }
    site = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    (place / "site.conf").write_text(replaced(site, values | other), encoding="utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    (place / "nginx.conf").write_text(NGINX.format(place=place, user=user), encoding="utf-8")
    write_certificate(place)
    with started([program("nginx"), "-c", str(place / "nginx.conf"), "-e", str(place / "error.log")], place, port):
        yield f"https://127.0.0.1:{port}{app.root_path}/"


@contextmanager
def caddy(app: Running, place: Path, other: Mapping[str, str] = MappingProxyType({})) -> Iterator[str]:
    """The address of a Caddy with a certificate in front of an app."""
    port = free_port()
    values = {
        "127.0.0.1:7860": f"127.0.0.1:{app.port}",
        "qiantang.example {": f"https://127.0.0.1:{port} {{\n\ttls {place}/cert.pem {place}/key.pem",
        "handle /*": f"handle {app.root_path}/*",
    }
    site = (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
    (place / "Caddyfile").write_text(CADDY.format(place=place) + replaced(site, values | other), encoding="utf-8")
    write_certificate(place)
    with started(
        [program("caddy"), "run", "--config", str(place / "Caddyfile"), "--adapter", "caddyfile"], place, port
    ):
        yield f"https://127.0.0.1:{port}{app.root_path}/"


@contextmanager
def started(command: list[str], place: Path, port: int) -> Iterator[None]:
    environment = os.environ | {"HOME": str(place), "XDG_DATA_HOME": str(place), "XDG_CONFIG_HOME": str(place)}
    with (place / "proxy.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=place, env=environment, stdout=log, stderr=log)
    try:
        until = time.monotonic() + 60
        while not listens(port):
            said = (place / "proxy.log").read_text(encoding="utf-8")
            assert process.poll() is None and time.monotonic() < until, said
            time.sleep(0.1)
        yield
    finally:
        process.kill()  # not gently: a proxy waits for streams that are open
        process.wait(30)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
