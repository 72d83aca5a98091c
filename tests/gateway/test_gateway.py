"""The gateway on its wire: what it serves, what it refuses, and that it holds nobody up."""

from __future__ import annotations

import http.client
import os
import socket
import ssl
import stat
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from mock_server.cli.gateway import SHELLS, _line, command
from mock_server.emulator import Emulator
from mock_server.frame.hosting import HostedEmulator
from mock_server.gateway import (
    Authority,
    AuthorityError,
    NoProxyError,
    announce,
    announced,
    authority,
    check_allowed,
    environment_variables,
)
from mock_server.gateway.environment import direct_hosts
from mock_server.server import HttpServer, Limits, Tunnels
from mock_server.settings import VENDOR_HOSTS, ServerSettings

AUTH = {"Authorization": "Basic c2hvcDprZXk="}


@pytest.fixture(scope="module")
def hosted():
    with HostedEmulator(ServerSettings(port=0, state=None, gateway=True)) as hosted:
        yield hosted


@pytest.fixture
def port(hosted):
    return int(hosted.url.rpartition(":")[2])


def asked(port: int, sent: bytes) -> bytes:
    """All that is answered to these bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(sent)
        client.settimeout(10)
        answer = b""
        while part := client.recv(65536):
            answer += part
        return answer


def tunnelled(
    port: int, context: ssl.SSLContext, host: str = "esputnik.com"
) -> http.client.HTTPSConnection:
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=context)
    connection.set_tunnel(host, 443)
    return connection


@pytest.fixture
def trusting(hosted):
    return ssl.create_default_context(cafile=str(hosted.authority.certificate_file))


# Served


@pytest.mark.parametrize("host", VENDOR_HOSTS)
def test_the_hosts_of_the_service_are_served_inside_of_tls(port, trusting, hosted, host):
    connection = tunnelled(port, trusting, host)
    for _ in range(2):  # the connection is kept
        connection.request("GET", "/api/v1/account/info", headers=AUTH)
        answer = connection.getresponse()
        assert (answer.status, b"orgId" in answer.read()) == (200, True)
    connection.close()
    newest = hosted.emulator.account().journal.page(limit=1)["requests"][0]
    assert (newest["host"], newest["via"]) == (host, "proxy")


def test_plain_http_comes_in_absolute_form(port, hosted):
    lines = b"Host: 127.0.0.1\r\nConnection: close\r\nAuthorization: Basic c2hvcDprZXk=\r\n\r\n"
    answer = asked(port, b"GET http://esputnik.com/api/v1/account/info HTTP/1.1\r\n" + lines)
    assert answer.startswith(b"HTTP/1.1 200")
    newest = hosted.emulator.account().journal.page(limit=1)["requests"][0]
    assert (newest["host"], newest["via"]) == ("esputnik.com", "proxy")


def test_the_protocol_is_http_1_whatever_is_offered(port, trusting):
    trusting.set_alpn_protocols(["h2", "http/1.1"])
    connection = tunnelled(port, trusting)
    connection.connect()
    assert connection.sock.selected_alpn_protocol() == "http/1.1"
    connection.close()


def test_what_it_is_is_told(hosted):
    told = hosted.emulator.gateway()
    assert told["hosts"] == list(VENDOR_HOSTS)
    assert told["certificate"].startswith("-----BEGIN CERTIFICATE-----")


# Refused


@pytest.mark.parametrize("path", ["/_mock/events", "/_mock/ui/", "/", "//_mock/contacts"])
def test_under_the_hosts_of_the_service_there_is_nothing_but_the_api(port, trusting, path):
    connection = tunnelled(port, trusting)
    connection.request("GET", path)
    answer = connection.getresponse()
    assert answer.status == 403
    assert b"serves /api, and nothing else" in answer.read()
    connection.close()


@pytest.mark.parametrize(
    ("request_line", "status", "told"),
    [
        ("CONNECT example.com:443 HTTP/1.1", 403, "--gateway-allow example.com"),
        ("CONNECT 127.0.0.1:443 HTTP/1.1", 403, 'forwards nothing to "127.0.0.1"'),
        ("CONNECT www.esputnik.com:443 HTTP/1.1", 403, "a neighbour of esputnik.com"),
        ("CONNECT tracker.yespo.io:443 HTTP/1.1", 403, "the tracking of web pages"),
        ("CONNECT events.esputnik.com:443 HTTP/1.1", 403, "another protocol"),
        ("CONNECT esputnick.com:443 HTTP/1.1", 403, "Did you mean esputnik.com?"),
        ("CONNECT esputnik.com:22 HTTP/1.1", 403, "tunnels to the ports 443 and 80"),
        ("CONNECT esputnik.com HTTP/1.1", 403, "forwards nothing to"),
        ("CONNECT  esputnik.com:443 HTTP/1.1", 400, "one request line"),
        ("CONNECT esputnik.com:443 SSH/2", 400, "one request line"),
        ("GET http://example.com/ HTTP/1.1", 403, "forwards nothing to"),
        ("GET http://www.yespo.io/ HTTP/1.1", 403, "a neighbour of yespo.io"),
        ("GET https://example.com/api/v1/event HTTP/1.1", 403, "forwards nothing to"),
        ("GET http://esputnik.com@example.com/api/v1/event HTTP/1.1", 403, "forwards nothing to"),
        ("GET http://127.0.0.1.example.com/ HTTP/1.1", 403, "forwards nothing to"),
    ],
)
def test_all_else_is_refused_with_a_text(port, request_line, status, told):
    answer = asked(port, f"{request_line}\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    assert answer.startswith(f"HTTP/1.1 {status}".encode()), answer
    assert told.encode() in answer


def test_plain_http_may_come_through_a_tunnel(port, hosted):
    """Some clients ask a proxy for a tunnel to port 80 too."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(b"CONNECT esputnik.com:80 HTTP/1.1\r\nHost: esputnik.com\r\n\r\n")
        assert client.recv(1000).startswith(b"HTTP/1.1 200")
        lines = b"Host: esputnik.com\r\nAuthorization: Basic c2hvcDprZXk=\r\n\r\n"
        client.sendall(b"GET /api/v1/version HTTP/1.1\r\n" + lines)
        assert client.recv(1000).startswith(b"HTTP/1.1 200")
        client.sendall(b"GET /_mock/events HTTP/1.1\r\nHost: esputnik.com\r\n\r\n")
        assert client.recv(1000).startswith(b"HTTP/1.1 403")
    newest = hosted.emulator.account().journal.page(limit=1)["requests"][0]
    assert (newest["host"], newest["via"], newest["status"]) == ("esputnik.com", "proxy", 200)


def test_bytes_that_do_not_wait_for_the_answer_are_refused(port):
    head = b"CONNECT esputnik.com:443 HTTP/1.1\r\nHost: esputnik.com\r\n\r\n"
    assert asked(port, head + b"\x16\x03\x01").startswith(b"HTTP/1.1 400")
    long = b"CONNECT esputnik.com:443 HTTP/1.1\r\nX: " + b"x" * 100_000
    assert asked(port, long).startswith(b"HTTP/1.1 431")


def test_without_a_gateway_connect_says_what_to_do():
    with HostedEmulator(ServerSettings(port=0, state=None)) as hosted:
        port = int(hosted.url.rpartition(":")[2])
        answer = asked(port, b"CONNECT esputnik.com:443 HTTP/1.1\r\nHost: x\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 400")
        assert b"--gateway" in answer
        assert b"--tls" in asked(port, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc")
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        client.request("GET", "/_mock/gateway")
        assert b"Start it with --gateway." in client.getresponse().read()
        client.close()


# Hostile


def test_a_name_in_the_handshake_that_is_another_than_asked_for_gets_no_more(port, trusting):
    """The server's certificate is for all hosts; what is served is decided by the Host."""
    raw = socket.create_connection(("127.0.0.1", port), timeout=10)
    raw.sendall(b"CONNECT esputnik.com:443 HTTP/1.1\r\nHost: esputnik.com\r\n\r\n")
    assert raw.recv(1000).startswith(b"HTTP/1.1 200")
    with trusting.wrap_socket(raw, server_hostname="yespo.io") as client:
        client.sendall(b"GET /_mock/events HTTP/1.1\r\nHost: example.com\r\n\r\n")
        assert client.recv(1000).startswith(b"HTTP/1.1 403")


def test_many_tunnels_at_once_and_half_open_ones_hold_nobody_up(port, trusting):
    """Handshakes that never end among them."""
    halves = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(50)]
    for each in halves:
        each.sendall(b"CONNECT esputnik.com:443 HTTP/1.1\r\nHost: esputnik.com\r\n\r\n")

    def one(_: int) -> int:
        connection = tunnelled(port, trusting)
        connection.request("GET", "/api/v1/version", headers=AUTH)
        status = connection.getresponse().status
        connection.close()
        return status

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(one, range(100))) == [200] * 100
    for each in halves:
        each.close()


def test_a_handshake_has_as_long_as_headers_have(hosted):
    limits = Limits(header_timeout=0.2)
    tunnels = Tunnels(VENDOR_HOSTS, hosted.authority.context, str)
    with HttpServer(lambda *_: [], limits=limits, tunnels=tunnels) as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
            client.sendall(b"CONNECT esputnik.com:443 HTTP/1.1\r\nHost: esputnik.com\r\n\r\n")
            assert client.recv(1000).startswith(b"HTTP/1.1 200")
            client.sendall(b"\x16\x03\x01")
            assert client.recv(1000) == b""
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
            client.sendall(b"CONNECT esputnik.com:443 HTTP/1.1\r\nHost")
            assert client.recv(1000).startswith(b"HTTP/1.1 408")


# The authority


def is_private(path: Path) -> bool:
    return stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def test_an_authority_is_gone_with_its_run_unless_a_folder_keeps_it(tmp_path):
    made = Authority(["shop.test"])
    assert all(each.exists() for each in (made.bundle_file, made.php_folder, made.java_file))
    assert all(map(is_private, (made.folder, made.folder / "server.pem")))
    assert not (made.folder / "ca-key.pem").exists()
    made.close()
    assert not made.folder.exists()
    kept = Authority(["shop.test"], tmp_path / "ca")
    kept.close()
    assert is_private(tmp_path / "ca" / "ca-key.pem")
    assert Authority(["shop.test"], tmp_path / "ca").certificate == kept.certificate


def test_a_kept_authority_that_cannot_be_used_is_refused_with_the_way_out(tmp_path):
    Authority(["shop.test"], tmp_path).close()
    with pytest.raises(
        AuthorityError, match=r"does not vouch for other\.test\. Name another folder"
    ):
        Authority(["shop.test", "other.test"], tmp_path)


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("server.pem", "nonsense", r"server.pem is not a certificate"),
        ("ca.pem", "nonsense", r"ca.pem is not a certificate"),
        ("ca.pem", "", r"ca.pem is not a certificate"),
        ("ca-key.pem", "nonsense", r"ca-key.pem is not a private key"),
        ("ca.pem", None, r"holds other things and no authority \(ca-key.pem is in it\)"),
        ("server.pem", None, r"cannot be used: No such file"),
    ],
)
def test_what_is_broken_is_named_and_never_replaced(tmp_path, file, content, told):
    Authority(["shop.test"], tmp_path).close()
    (tmp_path / file).unlink()
    if content is not None:
        (tmp_path / file).write_text(content)
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    with pytest.raises(AuthorityError, match=told) as caught:
        Authority(["shop.test"], tmp_path)
    assert "\n" not in str(caught.value)
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == before


def test_a_folder_with_other_things_or_a_file_is_not_taken_for_an_authority(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(AuthorityError, match=r"holds other things .*notes\.txt"):
        Authority(["shop.test"], tmp_path)
    with pytest.raises(AuthorityError, match="is a file"):
        Authority(["shop.test"], tmp_path / "notes.txt")
    assert [each.name for each in tmp_path.iterdir()] == ["notes.txt"]


def test_an_authority_and_a_certificate_of_two_makings_do_not_go_together(tmp_path):
    for name in ("one", "other"):
        Authority(["shop.test"], tmp_path / name).close()
    for name in ("ca.pem", "ca-key.pem"):
        (tmp_path / "one" / name).write_bytes((tmp_path / "other" / name).read_bytes())
    with pytest.raises(AuthorityError, match="was not made with"):
        Authority(["shop.test"], tmp_path / "one")


def test_an_expired_one_is_renewed_with_its_bundle_and_that_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(authority, "_VALID", timedelta(hours=1))  # it begins a day ago
    old = Authority(["shop.test"], tmp_path / "ca")
    told: list[str] = []
    bundle, before = old.bundle_file.read_text(), old.certificate
    monkeypatch.undo()
    renewed = Authority(["shop.test"], tmp_path / "ca", told.append)
    assert "had expired and was renewed" in told[0]
    assert renewed.certificate != before
    assert before in bundle
    assert renewed.certificate in renewed.bundle_file.read_text()
    assert before not in renewed.bundle_file.read_text()
    told.clear()
    Authority(["shop.test"], tmp_path / "ca", told.append)
    assert told == []


def test_it_can_vouch_for_nothing_but_what_it_serves(tmp_path):
    """A certificate for another host that its key has signed is refused by who trusts it."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    made = Authority(["shop.test"], tmp_path)
    ca_key = load_pem_private_key((tmp_path / "ca-key.pem").read_bytes(), None)
    key = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([x509.DNSName("bank.test")])
    stolen = authority._certificate("bank", key, ca_key, {names: False})
    pem = tmp_path / "stolen.pem"
    pem.write_bytes(authority._pem_of_key(key) + authority._pem(stolen))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    client = ssl.create_default_context(cafile=str(made.certificate_file))
    for context, name, is_good in ((made.context, "shop.test", True), (server, "bank.test", False)):
        one, other = ssl.MemoryBIO(), ssl.MemoryBIO()
        asks = client.wrap_bio(one, other, server_hostname=name)
        answers = context.wrap_bio(other, one, server_side=True)
        failures = [each for _ in range(4) for each in map(shaken, (asks, answers)) if each]
        assert (not failures) is is_good, failures
        if failures:
            assert "permitted subtree violation" in failures[0]


def shaken(side: ssl.SSLObject) -> str:
    """One more step of a handshake; what it has failed for."""
    try:
        side.do_handshake()
    except ssl.SSLWantReadError:
        return ""
    except ssl.SSLError as error:
        return str(error)
    return ""


# The environment


@pytest.mark.parametrize(
    ("no_proxy", "kept"),
    [
        ("", []),
        ("internal.test", ["internal.test"]),
        ("esputnik.com", []),
        (".esputnik.com, internal.test", ["internal.test"]),
        ("*.esputnik.com", []),
        ("com io ua", []),
        ("esputnik.com:443,10.0.0.0/8", ["10.0.0.0/8"]),
        ("myesputnik.com", ["myesputnik.com"]),
        ("127.0.0.1", ["127.0.0.1"]),
    ],
)
def test_what_leads_past_the_gateway_is_taken_out_of_no_proxy(no_proxy, kept):
    found = direct_hosts({"no_proxy": no_proxy}, VENDOR_HOSTS)
    assert found == [*kept, *(x for x in ("127.0.0.1", "localhost", "::1") if x not in kept)]
    with pytest.raises(NoProxyError):
        direct_hosts({"NO_PROXY": "a.test,*"}, VENDOR_HOSTS)


def test_a_host_that_is_let_through_is_reached_directly(hosted):
    found = environment_variables(hosted.authority, "127.0.0.1:1", {}, allowed=["pay.test"])
    assert found["NO_PROXY"].split(",")[0] == "pay.test"
    assert (
        "-Dhttp.nonProxyHosts=localhost|127.*|[::1]|pay.test|*.pay.test"
        in (found["JAVA_TOOL_OPTIONS"])
    )


@pytest.mark.parametrize("name", ["esputnik.com", "com", "*.yespo.io", "io"])
def test_the_service_itself_is_never_let_through(name):
    with pytest.raises(NoProxyError, match="to the real service"):
        check_allowed([name], VENDOR_HOSTS)
    check_allowed(["www.esputnik.com", "pay.test"], VENDOR_HOSTS)


def test_what_a_program_has_already_is_kept(hosted):
    given = {
        "JAVA_TOOL_OPTIONS": "-Xmx1g",
        "NODE_OPTIONS": "--enable-source-maps",
        "PHP_INI_SCAN_DIR": "/etc/php.d",
    }
    found = environment_variables(hosted.authority, "127.0.0.1:1", given)
    assert found["JAVA_TOOL_OPTIONS"].startswith("-Xmx1g -D")
    assert found["NODE_OPTIONS"].startswith("--enable-source-maps --require ")
    assert found["PHP_INI_SCAN_DIR"].startswith(f"/etc/php.d{os.pathsep}")
    without = environment_variables(hosted.authority, "x:1", {}, proxies=False)
    assert not any("proxy" in name.lower() for name in without)


@pytest.mark.parametrize("shell", SHELLS)
def test_the_lines_to_paste(hosted, shell):
    line = [sys.executable, "-m", "mock_server", "gateway", "env", "--url", hosted.url]
    ended = subprocess.run([*line, "--shell", shell], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    expected = {
        "sh": f"export HTTPS_PROXY={hosted.url}",
        "fish": f"set -gx HTTPS_PROXY '{hosted.url}';",
        "powershell": f"$env:HTTPS_PROXY = '{hosted.url}'",
        "dotenv": f"HTTPS_PROXY={hosted.url}",
    }
    assert expected[shell] in ended.stdout.splitlines()
    hostile = _line(shell, "X", "a'b $(c)\"\\")
    assert shell != "sh" or hostile == "export X='a'\"'\"'b $(c)\"\\'"


def test_the_only_gateway_is_found_and_of_several_it_says_which(hosted, tmp_path, monkeypatch):
    """`gateway env` without --url; one that was killed has left its file behind."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    result = CliRunner().invoke(command, ["env"])
    assert (result.exit_code, "No gateway of this user runs" in result.stderr) == (2, True)
    dead = announce("http://127.0.0.1:1")
    with HostedEmulator(ServerSettings(port=0, state=None, gateway=True)) as one:
        result = CliRunner().invoke(command, ["env", "--shell", "sh"])
        assert f"export HTTPS_PROXY={one.url}" in result.stdout.splitlines()
        assert not dead.exists()
        with HostedEmulator(ServerSettings(port=0, state=None, gateway=True)) as other:
            result = CliRunner().invoke(command, ["env"])
            assert result.exit_code == 2
            assert all(each.url in result.stderr for each in (one, other))
    assert list(announced()) == []


WITHOUT = """
import sys
from mock_server.frame.hosting import HostedEmulator
from mock_server.settings import ServerSettings

with HostedEmulator(ServerSettings(port=0, state=None)):
    print("cryptography" in sys.modules, "mock_server.gateway" in sys.modules)
"""


def test_nothing_of_it_is_imported_unless_it_is_asked_for():
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=False
    )
    assert ended.stdout == "False False\n"


def test_an_emulator_without_a_gateway_says_so():
    with Emulator() as emulator:
        assert emulator.gateway is None
