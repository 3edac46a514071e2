"""A certificate of the database is checked on demand, for the index as for the records."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import create_engine

from ingest.doctor.database import database_problems, find_unverified_servers
from records import RecordsUnavailableError, open_records
from settings import Settings
from store.index import CatalogUnavailableError
from store.index.database.address import read_address
from store.index.open_catalog import looking_into
from tests.support.postgresql import SERVER, Cluster


def certify(folder: Path) -> tuple[Path, Path]:
    """Files with a certificate of 127.0.0.1, signed by itself, and its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "qiantang test")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(1), now + timedelta(1))
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    signed = builder.add_extension(here, critical=False).sign(key, hashes.SHA256())
    (folder / "server.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    (folder / "server.key").touch(0o600)
    (folder / "server.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    )
    return folder / "server.pem", folder / "server.key"


@pytest.fixture
def certified(cluster: Cluster) -> Iterator[Path]:
    """The server encrypts; the file of its certificate."""
    certificate, key = certify(cluster.folder)
    if os.geteuid() == 0:
        for each in (certificate, key):
            shutil.chown(each, SERVER)
    configure(cluster, ssl_cert_file=str(certificate), ssl_key_file=str(key), ssl="on")
    try:
        yield certificate
    finally:
        configure(cluster, ssl="off")


def configure(cluster: Cluster, **values: str) -> None:
    engine = create_engine(cluster.address("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for name, value in values.items():
            connection.exec_driver_sql(f"ALTER SYSTEM SET {name} = '{value}'")
    engine.dispose()
    cluster.stop()
    cluster.start()


def open_as_records(address: str, folder: Path) -> None:
    with open_records(address, 180, folder) as records:
        records.exchanges()


def open_as_catalog(address: str, folder: Path) -> None:
    with looking_into(folder, read_address(address)) as connection:
        connection.execute("SELECT 1")


@pytest.mark.parametrize(
    ("look", "refused"), [(open_as_records, RecordsUnavailableError), (open_as_catalog, CatalogUnavailableError)]
)
def test_a_server_is_believed_by_its_certificate_and_its_name(
    certified: Path, cluster: Cluster, tmp_path: Path, look: Callable[[str, Path], None], refused: type[Exception]
) -> None:
    address = cluster.new_database()
    look(f"{address}?sslmode=require", tmp_path)
    look(f"{address}?sslmode=verify-full&sslrootcert={certified}", tmp_path)
    with pytest.raises(refused, match=r"(?i)certificate"):  # signed by nobody whom the system trusts
        look(f"{address}?sslmode=verify-full", tmp_path)
    other_name = address.replace("127.0.0.1", "localhost")
    assert socket.gethostbyname("localhost") == "127.0.0.1"
    with pytest.raises(refused, match=r"(?i)certificate"):
        look(f"{other_name}?sslmode=verify-full&sslrootcert={certified}", tmp_path)


@pytest.mark.parametrize(
    ("look", "refused"), [(open_as_records, RecordsUnavailableError), (open_as_catalog, CatalogUnavailableError)]
)
def test_a_server_that_does_not_encrypt_is_refused_on_demand(
    cluster: Cluster, tmp_path: Path, look: Callable[[str, Path], None], refused: type[Exception]
) -> None:
    address = cluster.new_database()
    look(address, tmp_path)
    with pytest.raises(refused, match="refuses SSL"):
        look(f"{address}?sslmode=require", tmp_path)


def test_the_doctor_notes_a_server_elsewhere_whose_certificate_is_not_checked(cluster: Cluster, tmp_path: Path) -> None:
    def told(url: str) -> list[str]:
        return [
            each.text.code
            for each in find_unverified_servers(Settings(_env_file=None, database_url=url, data_dir=tmp_path))
        ]

    assert told("postgresql://u:p@db.example.org/n") == ["doctor.database_unverified"]
    assert told("postgresql://u:p@db.example.org/n?sslmode=require") == ["doctor.database_unverified"]
    assert told("postgresql://u:p@db.example.org/n?sslmode=verify-full") == []
    here = Settings(_env_file=None, database_url=cluster.new_database(), data_dir=tmp_path)
    assert list(database_problems(here)) == []
