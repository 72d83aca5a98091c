"""The variables that lead a program's requests to the gateway, for each stack."""

import os
from collections.abc import Mapping, Sequence

from mock_server.gateway.authority import PASSWORD, Authority

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class NoProxyError(Exception):
    """NO_PROXY would let orders reach the real service; the message says how."""


def environment_variables(
    authority: Authority,
    address: str,
    inherited: Mapping[str, str],
    *,
    proxies: bool = True,
    allowed: Sequence[str] = (),
) -> dict[str, str]:
    """What to set for a program; `address` is `host:port` of the gateway.

    `inherited` has it already, `allowed` it may reach directly; without `proxies` (`--tls`) it only
    trusts. Raises `NoProxyError`.
    """
    bundle = str(authority.bundle_file)
    php = inherited.get("PHP_INI_SCAN_DIR", "")  # empty stands for the folder it was built with
    found = {
        **dict.fromkeys(("SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"), bundle),
        "NODE_EXTRA_CA_CERTS": str(authority.certificate_file),
        "PHP_INI_SCAN_DIR": f"{php}{os.pathsep}{authority.php_folder}",
    }
    java = [
        f"-Djavax.net.ssl.trustStore={authority.java_file}",
        "-Djavax.net.ssl.trustStoreType=PKCS12",
        f"-Djavax.net.ssl.trustStorePassword={PASSWORD}",
    ]
    if proxies:
        proxy = f"http://{address}"
        names = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "all_proxy")
        hosts = direct_hosts(inherited, authority.hosts, allowed)
        direct = ",".join(hosts)
        node = f'--require "{authority.node_file.as_posix()}"'
        found |= {
            **dict.fromkeys(names, proxy),
            **dict.fromkeys(("NO_PROXY", "no_proxy"), direct),
            "NODE_USE_ENV_PROXY": "1",
            "NODE_OPTIONS": f"{inherited.get('NODE_OPTIONS', '')} {node}".strip(),
            "YESPO_MOCK_GATEWAY": address,
            "YESPO_MOCK_GATEWAY_HOSTS": ",".join(authority.hosts),
        }
        host, _, port = address.rpartition(":")
        java += [f"-D{each}.proxyHost={host.strip('[]')}" for each in ("http", "https")]
        java += [f"-D{each}.proxyPort={port}" for each in ("http", "https")]
        bypassed = [x for each in hosts if each not in LOOPBACK for x in _java_hosts(each)]
        java.append(f"-Dhttp.nonProxyHosts={'|'.join(['localhost', '127.*', '[::1]', *bypassed])}")
    found["JAVA_TOOL_OPTIONS"] = " ".join([*_given(inherited, "JAVA_TOOL_OPTIONS"), *java])
    return found


def check_allowed(allowed: Sequence[str], hosts: Sequence[str]) -> None:
    """Refuse to let a host through under which the service is. Raises `NoProxyError`."""
    for each in allowed:
        if covered := [host for host in hosts if _covers(each, host)]:
            raise NoProxyError(
                f"{each} would let requests for {covered[0]} through to the real service. Name the"
                " one host that a program needs besides it."
            )


def direct_hosts(
    inherited: Mapping[str, str], hosts: Sequence[str], allowed: Sequence[str] = ()
) -> list[str]:
    """What is reached directly: `allowed`, NO_PROXY less what is served. Raises `NoProxyError`."""
    listed = inherited.get("NO_PROXY") or inherited.get("no_proxy") or ""
    names = [each.strip() for each in listed.replace(" ", ",").split(",") if each.strip()]
    if "*" in names:
        raise NoProxyError(
            'NO_PROXY is "*": every request would go past the gateway, to the real service. Unset'
            " it, or name the hosts that are to be reached directly."
        )
    kept = [each for each in names if not any(_covers(each, host) for host in hosts)]
    return [*kept, *(each for each in (*allowed, *LOOPBACK) if each not in kept)]


def _covers(entry: str, host: str) -> bool:
    bare = entry.lower().partition(":")[0].lstrip("*").lstrip(".")
    return not bare or host == bare or host.endswith(f".{bare}")


def _java_hosts(entry: str) -> list[str]:
    """One entry of NO_PROXY as Java's patterns: the host and what is below it."""
    name = entry.partition(":")[0].lstrip("*").lstrip(".")
    is_name = all(each.isalnum() or each in ".-" for each in name)
    return [name, f"*.{name}"] if name and is_name else []


def _given(inherited: Mapping[str, str], name: str) -> list[str]:
    return [inherited[name]] if inherited.get(name) else []
