"""An event as programs send it, by `YESPO_API_URL`: for each language the lines to paste."""

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pprint import pformat
from typing import Any

from mock_server import jsonio
from mock_server.model import ApiVersion, Document


def snippet(
    event: Document, language: str, api_url: str, api_key: str = "key", version: ApiVersion = "v2"
) -> str:
    """Lines that send `event` to `api_url` in one of `LANGUAGES`, or `json`. Raises `KeyError`."""
    return _WRITERS[language](event, _Way(api_url, f"/{version}/event", api_key)).rstrip() + "\n"


@dataclass(frozen=True)
class _Way:
    """The way to send an event: the base URL without a variable, the path below it, the API key."""

    api_url: str
    path: str
    key: str


def _json(event: Document, way: _Way) -> str:
    del way  # the body alone
    return jsonio.pretty(event)


def _curl(event: Document, way: _Way) -> str:
    return (
        f"curl -i -u {shlex.quote(f'any:{way.key}')} -H 'Content-Type: application/json' \\\n"
        f"  -d {shlex.quote(jsonio.pretty(event))} \\\n"
        f'  "${{YESPO_API_URL:-{way.api_url}}}{way.path}"'
    )


def _php(event: Document, way: _Way) -> str:
    return f"""<?php
$event = <<<'JSON'
{jsonio.pretty(event)}
JSON;
$base = getenv('YESPO_API_URL') ?: {_quoted(way.api_url)};
$http = curl_init($base . {_quoted(way.path)});
curl_setopt_array($http, [
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_USERPWD => {_quoted(f"any:{way.key}")},
    CURLOPT_HTTPHEADER => ['Content-Type: application/json'],
    CURLOPT_POSTFIELDS => $event,
]);
curl_exec($http);
echo curl_getinfo($http, CURLINFO_RESPONSE_CODE), "\\n";
"""


def _node(event: Document, way: _Way) -> str:
    return f"""const event = {jsonio.pretty(event)};
const base = process.env.YESPO_API_URL ?? {_text(way.api_url)};
fetch(base + {_text(way.path)}, {{
  method: "POST",
  headers: {{
    "Content-Type": "application/json",
    Authorization: "Basic " + Buffer.from({_text(f"any:{way.key}")}).toString("base64"),
  }},
  body: JSON.stringify(event),
}}).then((answer) => console.log(answer.status));
"""


def _python(event: Document, way: _Way) -> str:
    return f"""import os

import requests

base = os.environ.get("YESPO_API_URL", {way.api_url!r})
event = {pformat(_plain(event), width=96, sort_dicts=False)}
answer = requests.post(base + {way.path!r}, json=event, auth=("any", {way.key!r}), timeout=10)
print(answer.status_code)
"""


def _ruby(event: Document, way: _Way) -> str:
    return f"""require "net/http"

event = <<'JSON'
{jsonio.pretty(event)}
JSON
base = ENV.fetch("YESPO_API_URL", {_quoted(way.api_url)})
uri = URI(base + {_quoted(way.path)})
request = Net::HTTP::Post.new(uri, "Content-Type" => "application/json")
request.basic_auth("any", {_quoted(way.key)})
request.body = event
answer = Net::HTTP.start(uri.host, uri.port, use_ssl: uri.scheme == "https") do |http|
  http.request(request)
end
puts answer.code
"""


def _csharp(event: Document, way: _Way) -> str:
    text = jsonio.dumps(event).decode()
    return f"""using System.Net.Http.Headers;
using System.Text;

var json = {_text(text)};
using var http = new HttpClient();
http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
    "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes({_text(f"any:{way.key}")})));
var content = new StringContent(json, Encoding.UTF8, "application/json");
var baseUrl = Environment.GetEnvironmentVariable("YESPO_API_URL") ?? {_text(way.api_url)};
var answer = await http.PostAsync(baseUrl + {_text(way.path)}, content);
Console.WriteLine((int)answer.StatusCode);
"""


def _java(event: Document, way: _Way) -> str:
    text = jsonio.dumps(event).decode()
    return f"""import java.net.URI;
import java.net.http.*;
import java.util.Base64;

class SendEvent {{
  public static void main(String[] arguments) throws Exception {{
    String event = {_text(text)};
    String key = Base64.getEncoder().encodeToString({_text(f"any:{way.key}")}.getBytes("UTF-8"));
    String base = System.getenv().getOrDefault("YESPO_API_URL", {_text(way.api_url)});
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + {_text(way.path)}))
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


_WRITERS: dict[str, Callable[[Document, _Way], str]] = {
    "curl": _curl,
    "php": _php,
    "node": _node,
    "python": _python,
    "ruby": _ruby,
    "csharp": _csharp,
    "java": _java,
    "json": _json,
}
