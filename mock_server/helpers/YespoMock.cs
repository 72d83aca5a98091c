// yespo-mock in the tests of a .NET project (.NET 6 or newer, xUnit).
// Copy this file beside your tests. It needs a running emulator: `yespo-mock exec -- dotnet test` sets the environment
// it reads, or give the URL of one that `yespo-mock serve` has started.
//
//   public class CheckoutTest : NothingDropped // clean before each test, nothing dropped after it
//   {
//       [Fact]
//       public async Task AnOrderReachesYespo()
//       {
//           await Yespo.AddContact(new { email = "ann@example.com" });
//           await Checkout("1001"); // your code
//           await Yespo.AssertOrder("1001", new() { ["status"] = "INITIALIZED" });
//       }
//   }

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;
using Xunit.Sdk;

public sealed class YespoMock
{
    private readonly HttpClient _http = new();

    /// <summary>url: of the server, without path; apiKey: what your code sends as password; account: with
    /// `--accounts per-key`. What is not given comes from the environment that `yespo-mock exec` sets.</summary>
    public YespoMock(string? url = null, string? apiKey = null, string? controlToken = null, string? account = null)
    {
        Url = (url ?? Environment.GetEnvironmentVariable("YESPO_MOCK_URL") ?? "").TrimEnd('/');
        if (Url == "")
        {
            throw new InvalidOperationException(
                "There is no emulator: run the tests under `yespo-mock exec --`, or give its url.");
        }
        ApiKey = apiKey ?? Environment.GetEnvironmentVariable("YESPO_API_KEY") ?? "key";
        var token = controlToken ?? Environment.GetEnvironmentVariable("YESPO_MOCK_CONTROL_TOKEN");
        if (token != null) _http.DefaultRequestHeaders.Add("X-Mock-Token", token);
        if (account != null) _http.DefaultRequestHeaders.Add("X-Mock-Account", account);
    }

    public string Url { get; }
    public string ApiUrl => Url + "/api";
    public string ApiKey { get; }

    /// <summary>Back to the state after start-up.</summary>
    public Task Reset() => Call(HttpMethod.Post, "/reset", new { });

    /// <summary>email, phone, externalCustomerId, contactKey, pushToken, firstName, lastName: any of them.</summary>
    public Task<JsonElement> AddContact(object fields) => Call(HttpMethod.Post, "/contacts", fields);

    /// <summary>Event records, the newest first: type, verdict, reason, order, contact, …</summary>
    public async Task<List<JsonElement>> Events(Dictionary<string, string>? filters = null) =>
        Listed(await Call(HttpMethod.Get, "/events?limit=1000" + Query(filters)), "events");

    /// <summary>Waits until count events match, at most so many seconds; returns them or fails.</summary>
    public async Task<List<JsonElement>> WaitForEvent(Dictionary<string, string> filters, int count = 1, double seconds = 5)
    {
        var timeout = seconds.ToString(CultureInfo.InvariantCulture);
        var path = $"/events/wait?count={count}&timeout={timeout}{Query(filters)}";
        using var answer = await Send(HttpMethod.Get, path, null);
        if (answer.StatusCode == HttpStatusCode.RequestTimeout)
        {
            throw new XunitException($"No event {Query(filters)} within {timeout} s.{await Lines(await Dropped())}");
        }
        return Listed(await Read(answer), "events");
    }

    /// <summary>The order and its history, or null.</summary>
    public async Task<JsonElement?> Order(string externalOrderId)
    {
        using var answer = await Send(HttpMethod.Get, "/orders/" + Uri.EscapeDataString(externalOrderId), null);
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await Read(answer);
    }

    /// <summary>The order exists and has these fields (text and number of the same value are equal).</summary>
    public async Task<JsonElement> AssertOrder(string externalOrderId, Dictionary<string, object>? expected = null)
    {
        var order = await Order(externalOrderId);
        var about = await Lines(await Events(new() { ["order"] = externalOrderId }));
        if (order is not { } found) throw new XunitException($"There is no order {externalOrderId}.{about}");
        foreach (var (name, value) in expected ?? new())
        {
            var wanted = Convert.ToString(value, CultureInfo.InvariantCulture)!;
            var seen = found.TryGetProperty(name, out var field) ? field.ToString() : "not there";
            if (seen != wanted && !SameNumber(seen, wanted))
            {
                throw new XunitException($"Order {externalOrderId}: {name} is {seen}, not {wanted}.{about}");
            }
        }
        return found;
    }

    /// <summary>Messages that would have been sent, the newest first: recipient, source, event, type, q, …</summary>
    public async Task<List<JsonElement>> SentMessages(Dictionary<string, string>? filters = null) =>
        Listed(await Call(HttpMethod.Get, "/outbox?limit=1000" + Query(filters)), "messages");

    /// <summary>The newest message to the recipient is whole, and holds the text; returns it.</summary>
    public async Task<JsonElement> AssertMessage(string recipient, string contains = "")
    {
        var messages = await SentMessages(new() { ["recipient"] = recipient });
        if (messages.Count == 0) throw new XunitException($"No message is for {recipient}.");
        var message = messages[0];
        var problem = message.GetProperty("problem").ToString();
        if (problem != "") throw new XunitException($"The message to {recipient} was not sent: {problem}");
        foreach (var each in message.GetProperty("missing").EnumerateArray())
        {
            throw new XunitException($"The message to {recipient} is not whole: "
                + $"{each.GetProperty("expression")}: {each.GetProperty("why")}");
        }
        var text = message.GetProperty("text").ToString();
        if (!text.Contains(contains)) throw new XunitException($"The message to {recipient} does not contain {contains}: {text}");
        return message;
    }

    /// <summary>Fails when an event was ignored or rejected, or a request was refused, and says why.</summary>
    public async Task AssertNothingDropped()
    {
        var refused = Listed(await Call(HttpMethod.Get, "/requests?refused=true&limit=1000"), "requests")
            .Select(each => $"\n  {each.GetProperty("method")} {each.GetProperty("path")} was refused: "
                + $"{each.GetProperty("status")} {each.GetProperty("reason")}"
                + string.Concat(Listed(each, "notes").Select(note => $"\n    {note.GetProperty("message")}{Mended(note)}")));
        var told = await Lines(await Dropped()) + string.Concat(refused);
        if (told != "") throw new XunitException("Yespo would have dropped this:" + told);
    }

    private async Task<IEnumerable<JsonElement>> Dropped() =>
        (await Events(new() { ["verdict"] = "ignored" })).Concat(await Events(new() { ["verdict"] = "rejected" }));

    private async Task<string> Lines(IEnumerable<JsonElement> events)
    {
        var told = new StringBuilder();
        var looked = 0;
        foreach (var each in events)
        {
            told.Append($"\n  {each.GetProperty("eventTypeKey")} {each.GetProperty("eventKey")}");
            told.Append($" was {each.GetProperty("verdict")}:");
            foreach (var step in each.GetProperty("trace").EnumerateArray())
            {
                if (step.GetProperty("result").GetString() == "failed") told.Append($"\n    {step.GetProperty("message")}");
            }
            var hint = each.GetProperty("hint").ToString();
            if (hint == "") continue;
            told.Append("\n    " + hint);
            if (looked++ < 20) told.Append(Mended(await Call(HttpMethod.Get, $"/events/{each.GetProperty("eventId")}")));
        }
        return told.ToString();
    }

    /// <summary>What has to be there first, and the JSON Patch of the body as sent.</summary>
    private static string Mended(JsonElement told)
    {
        if (!told.TryGetProperty("fix", out var fix) || fix.ValueKind != JsonValueKind.Object) return "";
        var first = Listed(fix, "arrange").Select(each =>
            $"\n    first: {each.GetProperty("method")} {each.GetProperty("path")} {each.GetProperty("body").GetRawText()}");
        var patch = fix.GetProperty("patch");
        return string.Concat(first) + (patch.GetArrayLength() > 0 ? $"\n    fix: {patch.GetRawText()}" : "");
    }

    private static bool SameNumber(string seen, string wanted) =>
        decimal.TryParse(seen, NumberStyles.Float, CultureInfo.InvariantCulture, out var left)
        && decimal.TryParse(wanted, NumberStyles.Float, CultureInfo.InvariantCulture, out var right)
        && left == right;

    private static string Query(Dictionary<string, string>? filters) => string.Concat(
        (filters ?? new()).Select(each => $"&{Uri.EscapeDataString(each.Key)}={Uri.EscapeDataString(each.Value)}"));

    private static List<JsonElement> Listed(JsonElement answer, string name) =>
        answer.GetProperty(name).EnumerateArray().ToList();

    private async Task<JsonElement> Call(HttpMethod method, string path, object? body = null)
    {
        using var answer = await Send(method, path, body);
        return await Read(answer);
    }

    private Task<HttpResponseMessage> Send(HttpMethod method, string path, object? body) =>
        _http.SendAsync(new HttpRequestMessage(method, Url + "/_mock" + path)
        {
            Content = body == null ? null : JsonContent.Create(body),
        });

    private static async Task<JsonElement> Read(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"The emulator answered {(int)answer.StatusCode}: {text}");
        }
        return JsonDocument.Parse(text).RootElement.Clone();
    }
}

/// <summary>For a test class: clean before each test; after it, fail when something was dropped.</summary>
public abstract class NothingDropped : IAsyncLifetime
{
    protected YespoMock Yespo { get; } = new();

    public Task InitializeAsync() => Yespo.Reset();

    public Task DisposeAsync() => Yespo.AssertNothingDropped();
}
