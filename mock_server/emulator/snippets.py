"""An event as a program sends it: for each language the lines to paste."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pprint import pformat
from typing import Any

from mock_server import jsonio
from mock_server.model import ApiVersion, Document


def snippet(
    event: Document, language: str, api_url: str, api_key: str = "key", version: ApiVersion = "v2"
) -> str:
    """The lines that send `event`, ending with a line break.

    `language` is one of `LANGUAGES`; `api_url` ends in `/api`. Raises `KeyError` for another.
    """
    return _WRITERS[language](event, f"{api_url}/{version}/event", api_key).rstrip() + "\n"


def _json(event: Document, url: str, key: str) -> str:
    del url, key  # the body alone
    return jsonio.pretty(event)


def _curl(event: Document, url: str, key: str) -> str:
    return (
        f"curl -i -u {shlex.quote(f'any:{key}')} -H 'Content-Type: application/json' \\\n"
        f"  -d {shlex.quote(jsonio.pretty(event))} \\\n  {shlex.quote(url)}"
    )


def _php(event: Document, url: str, key: str) -> str:
    return f"""<?php
$event = <<<'JSON'
{jsonio.pretty(event)}
JSON;
$http = curl_init({_quoted(url)});
curl_setopt_array($http, [
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_USERPWD => {_quoted(f"any:{key}")},
    CURLOPT_HTTPHEADER => ['Content-Type: application/json'],
    CURLOPT_POSTFIELDS => $event,
]);
curl_exec($http);
echo curl_getinfo($http, CURLINFO_RESPONSE_CODE), "\\n";
"""


def _node(event: Document, url: str, key: str) -> str:
    return f"""const event = {jsonio.pretty(event)};
fetch({_text(url)}, {{
  method: "POST",
  headers: {{
    "Content-Type": "application/json",
    Authorization: "Basic " + Buffer.from({_text(f"any:{key}")}).toString("base64"),
  }},
  body: JSON.stringify(event),
}}).then((answer) => console.log(answer.status));
"""


def _python(event: Document, url: str, key: str) -> str:
    return f"""import requests

event = {pformat(_plain(event), width=96, sort_dicts=False)}
answer = requests.post({url!r}, json=event, auth=("any", {key!r}), timeout=10)
print(answer.status_code)
"""


def _ruby(event: Document, url: str, key: str) -> str:
    return f"""require "net/http"

event = <<'JSON'
{jsonio.pretty(event)}
JSON
uri = URI({_quoted(url)})
request = Net::HTTP::Post.new(uri, "Content-Type" => "application/json")
request.basic_auth("any", {_quoted(key)})
request.body = event
answer = Net::HTTP.start(uri.host, uri.port, use_ssl: uri.scheme == "https") do |http|
  http.request(request)
end
puts answer.code
"""


def _csharp(event: Document, url: str, key: str) -> str:
    text = jsonio.dumps(event).decode()
    return f"""using System.Net.Http.Headers;
using System.Text;

var json = {_text(text)};
using var http = new HttpClient();
http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
    "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes({_text(f"any:{key}")})));
var content = new StringContent(json, Encoding.UTF8, "application/json");
var answer = await http.PostAsync({_text(url)}, content);
Console.WriteLine((int)answer.StatusCode);
"""


def _java(event: Document, url: str, key: str) -> str:
    text = jsonio.dumps(event).decode()
    return f"""import java.net.URI;
import java.net.http.*;
import java.util.Base64;

class SendEvent {{
  public static void main(String[] arguments) throws Exception {{
    String event = {_text(text)};
    String key = Base64.getEncoder().encodeToString({_text(f"any:{key}")}.getBytes("UTF-8"));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create({_text(url)}))
            .header("Content-Type", "application/json")
            .header("Authorization", "Basic " + key)
            .POST(HttpRequest.BodyPublishers.ofString(event))
            .build();
    System.out.println(
        HttpClient.newHttpClient()
            .send(request, HttpResponse.BodyHandlers.ofString())
            .statusCode());
  }}
}}
"""


def _text(text: str) -> str:
    """A text as JSON writes it, which JavaScript, C# and Java read alike."""
    return jsonio.dumps(text).decode()


def _quoted(text: str) -> str:
    r"""A text between single quotes, as PHP and Ruby read it: only `\` and `'` are special."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _plain(value: Any) -> Any:
    """JSON values as Python writes them down: no number classes of our own."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int | bool | float | None) else float(value)


_WRITERS: dict[str, Callable[[Document, str, str], str]] = {
    "curl": _curl,
    "php": _php,
    "node": _node,
    "python": _python,
    "ruby": _ruby,
    "csharp": _csharp,
    "java": _java,
    "json": _json,
}
LANGUAGES = tuple(_WRITERS)
"""What an event can be shown as."""
