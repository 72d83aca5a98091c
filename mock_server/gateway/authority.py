"""A certificate authority of our own, constrained by its certificate, and what trusts it."""

import os
import shutil
import ssl
import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import oid

PASSWORD = "changeit"  # noqa: S105  (of a file that holds certificates only; Java wants one)
_NAME = "yespo-mock local authority"
_VALID = timedelta(days=365)
_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
    "/opt/homebrew/etc/ca-certificates/cert.pem",
)
_CA, _CA_KEY, _LEAF = "ca.pem", "ca-key.pem", "server.pem"
_BUNDLE, _JAVA = "bundle.pem", "trust.p12"


class AuthorityError(Exception):
    """A kept authority cannot be used; the message says why, and the way out."""


class Authority:
    """The authority and the server's certificate, in a folder of files.

    Args:
        hosts: the names to be served besides this machine's.
        folder: where to keep it, so that a program trusts it once; None makes one for this run,
            in a temporary folder that `close` removes.
        warn: is told when a kept one has expired and was renewed.

    Raises `AuthorityError` for a kept one that is broken or lacks a host, and for a folder with
    other things in it: nothing is replaced in silence. Private keys are readable by their owner
    only; that of the authority is only kept where a folder was named.

    """

    def __init__(
        self,
        hosts: Sequence[str],
        folder: Path | None = None,
        warn: Callable[[str], None] | None = None,
    ) -> None:
        self.hosts = tuple(hosts)
        self._is_kept = folder is not None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="yespo-mock-"))
        try:
            if self._is_new():
                self._make()
            elif self._has_expired():
                for each in (_BUNDLE, _JAVA):  # made from it
                    (self.folder / each).unlink(missing_ok=True)
                self._make()
                if warn is not None:
                    warn(
                        f"The authority in {folder} had expired and was renewed, with its bundle."
                        " Let programs that trusted the old ca.pem trust the new one."
                    )
            self._check()
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(self.folder / _LEAF)
        except (OSError, ValueError) as error:
            self.close()
            told = error.strerror if isinstance(error, OSError) and error.strerror else error
            raise AuthorityError(
                f"The authority in {self.folder} cannot be used: {_one_line(str(told))}. Remove"
                " that folder, and a new one is made."
            ) from None
        except AuthorityError:
            self.close()
            raise
        folder = self.folder
        self.context.set_alpn_protocols(["http/1.1"])
        self.certificate = (folder / _CA).read_text("ascii")

    def close(self) -> None:
        """Remove the files of an authority that was made for this run."""
        if not self._is_kept:
            shutil.rmtree(self.folder, ignore_errors=True)

    # Files for programs

    @property
    def certificate_file(self) -> Path:
        """The certificate of the authority alone, as PEM."""
        return self.folder / _CA

    @property
    def bundle_file(self) -> Path:
        """The authorities that this machine trusts, and ours, as PEM."""
        path = self.folder / _BUNDLE
        if not path.exists():
            path.write_text(f"{_system_bundle()}\n{self.certificate}", "utf-8")
        return path

    @property
    def java_file(self) -> Path:
        """The same as a trust store of Java (PKCS#12); its password is `PASSWORD`."""
        path = self.folder / _JAVA
        if not path.exists():
            found = enumerate(_readable(self.bundle_file.read_bytes()))
            entries = [
                pkcs12.PKCS12Certificate(each, str(number).encode()) for number, each in found
            ]
            locked = serialization.BestAvailableEncryption(PASSWORD.encode())
            path.write_bytes(pkcs12.serialize_java_truststore(entries, locked))
        return path

    @property
    def php_folder(self) -> Path:
        """A folder with settings of PHP that make its curl and its streams trust us."""
        folder = self.folder / "php"
        folder.mkdir(exist_ok=True)
        file = folder / "yespo-mock.ini"
        if not file.exists():
            file.write_text(
                f'curl.cainfo="{self.bundle_file}"\nopenssl.cafile="{self.bundle_file}"\n', "utf-8"
            )
        return folder

    @property
    def node_file(self) -> Path:
        """A module that sends http, https and fetch of Node to the gateway."""
        return Path(__file__).with_name("node_preload.cjs")

    # Making it

    def _make(self) -> None:
        key, leaf_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        hosts = [x509.DNSName(each) for each in (*self.hosts, "localhost")]
        networks = [x509.IPAddress(ip_network(each)) for each in ("127.0.0.0/8", "::1/128")]
        addresses = [x509.IPAddress(ip_address(each)) for each in ("127.0.0.1", "::1")]
        own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
        limits = x509.NameConstraints([*hosts, *networks], None)
        ca = _certificate(_NAME, key, key, {limits: True, own: False}, is_authority=True)
        serves = x509.ExtendedKeyUsage([oid.ExtendedKeyUsageOID.SERVER_AUTH])
        names = x509.SubjectAlternativeName([*hosts, *addresses])
        leaf = _certificate(
            "yespo-mock", leaf_key, key, dict.fromkeys((names, serves, issuer), False)
        )
        if self._is_kept:
            _write_secret(self.folder / _CA_KEY, _pem_of_key(key))
        _write_secret(self.folder / _LEAF, _pem_of_key(leaf_key) + _pem(leaf))
        (self.folder / _CA).write_bytes(_pem(ca))

    def _is_new(self) -> bool:
        """Whether there is nothing yet; an empty folder is made where there is none."""
        if not self._is_kept:
            return True
        if self.folder.exists() and not self.folder.is_dir():
            raise AuthorityError(
                f"{self.folder} is a file. Name a folder in which the authority is kept."
            )
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        held = {each.name for each in self.folder.iterdir()}
        if held and _CA not in held:
            raise AuthorityError(
                f"{self.folder} holds other things and no authority ({sorted(held)[0]} is in it)."
                " Name an empty folder, or one that does not exist yet."
            )
        return not held

    def _has_expired(self) -> bool:
        now = datetime.now(timezone.utc)
        return any(_read(self.folder / each).not_valid_after_utc < now for each in (_CA, _LEAF))

    def _check(self) -> None:
        ca, leaf = _read(self.folder / _CA), _read(self.folder / _LEAF)
        try:
            leaf.verify_directly_issued_by(ca)
        except Exception:  # InvalidSignature, and what else a foreign certificate raises
            raise AuthorityError(
                f"{self.folder / _LEAF} was not made with {self.folder / _CA}. Restore the file"
                " that was changed, or remove that folder, and a new one is made."
            ) from None
        file = self.folder / _CA_KEY
        if file.exists():
            try:
                key: Any = serialization.load_pem_private_key(file.read_bytes(), None)
            except (TypeError, ValueError) as error:
                raise ValueError(f"{file} is not a private key ({error})") from None
            if key.public_key() != ca.public_key():
                raise ValueError(f"{file} is not the key of {self.folder / _CA}")
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        lacking = [
            each for each in self.hosts if each not in names.get_values_for_type(x509.DNSName)
        ]
        if lacking:
            raise AuthorityError(
                f"The authority in {self.folder} does not vouch for {', '.join(lacking)}. Name"
                " another folder, or remove that one and let programs trust the new one."
            )


def _read(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except ValueError:
        raise ValueError(f"{path} is not a certificate") from None


def _one_line(text: str) -> str:
    return " ".join(text.split())[:300]


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    extensions: Mapping[x509.ExtensionType, bool],
    *,
    is_authority: bool = False,
) -> x509.Certificate:
    subject, issuer = (
        x509.Name([x509.NameAttribute(oid.NameOID.COMMON_NAME, each)]) for each in (name, _NAME)
    )
    now = datetime.now(timezone.utc) - timedelta(days=1)
    builder = x509.CertificateBuilder(
        issuer, subject, key.public_key(), x509.random_serial_number(), now, now + _VALID
    )
    unused = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    off = dict.fromkeys((*unused, "encipher_only", "decipher_only"), False)
    signs = is_authority
    usage = x509.KeyUsage(digital_signature=True, key_cert_sign=signs, crl_sign=signs, **off)
    basics = x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None)
    for extension, is_critical in {basics: True, usage: True, **extensions}.items():
        builder = builder.add_extension(extension, critical=is_critical)
    return builder.sign(issuer_key, SHA256())


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _pem_of_key(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _readable(bundle: bytes) -> list[x509.Certificate]:
    found = []
    end = b"-----END CERTIFICATE-----"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for each in bundle.split(end)[:-1]:
            begin = each.find(b"-----BEGIN CERTIFICATE-----")
            with suppress(ValueError):
                found.append(x509.load_pem_x509_certificate(each[max(begin, 0) :] + end))
    return found


def _write_secret(path: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(data)


def _system_bundle() -> str:
    """What this machine trusts, or what the user says it does."""
    told = os.environ.get("SSL_CERT_FILE"), ssl.get_default_verify_paths().cafile
    for each in (*told, *_BUNDLES):
        if each and Path(each).is_file():
            return Path(each).read_text("utf-8", "replace")
    found = ssl.create_default_context().get_ca_certs(binary_form=True)
    return "".join(map(ssl.DER_cert_to_PEM_cert, found))
