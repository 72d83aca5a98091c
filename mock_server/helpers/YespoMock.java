import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * yespo-mock in the tests of a Java project (Java 11 or newer, JUnit 5, Jackson).
 *
 * <p>Copy this file beside your tests. It needs a running emulator: {@code yespo-mock exec -- mvn test} sets the
 * environment it reads, or give the URL of one that {@code yespo-mock serve} has started.
 *
 * <pre>
 * class CheckoutTest {
 *   // clean before each test, nothing dropped after it
 *   {@literal @}RegisterExtension static final YespoMock YESPO = new YespoMock();
 *
 *   {@literal @}Test void anOrderReachesYespo() {
 *     YESPO.addContact(Map.of("email", "ann@example.com"));
 *     checkout("1001"); // your code
 *     YESPO.assertOrder("1001", Map.of("status", "INITIALIZED"));
 *   }
 * }
 * </pre>
 */
public final class YespoMock implements BeforeEachCallback, AfterEachCallback {
  public final String url;
  public final String apiUrl;
  public final String apiKey;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();

  /** What {@code yespo-mock exec} has started. */
  public YespoMock() {
    this(System.getenv("YESPO_MOCK_URL"), System.getenv().getOrDefault("YESPO_API_KEY", "key"));
  }

  /** url: of the server, without path; apiKey: what your code sends as password. */
  public YespoMock(String url, String apiKey) {
    if (url == null || url.isEmpty()) {
      throw new IllegalStateException(
          "There is no emulator: run the tests under `yespo-mock exec --`, or give its url.");
    }
    this.url = url.replaceAll("/+$", "");
    this.apiUrl = this.url + "/api";
    this.apiKey = apiKey;
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    reset();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    assertNothingDropped();
  }

  /** Back to the state after start-up. */
  public void reset() {
    call("POST", "/reset", Map.of());
  }

  /** email, phone, externalCustomerId, contactKey, pushToken, firstName, lastName: any of them. */
  public JsonNode addContact(Map<String, ?> fields) {
    return call("POST", "/contacts", fields);
  }

  /** Event records, the newest first: type, verdict, reason, order, contact, … */
  public JsonNode events(Map<String, ?> filters) {
    return call("GET", "/events?limit=1000&" + query(filters), null).get("events");
  }

  /** Waits until one event matches, at most so many seconds; returns the matching ones or fails. */
  public JsonNode waitForEvent(Map<String, ?> filters, double seconds) {
    HttpResponse<String> answer = send("GET", "/events/wait?timeout=" + seconds + "&" + query(filters), null);
    if (answer.statusCode() == 408) {
      throw new AssertionError("No event " + filters + " within " + seconds + " s." + dropped());
    }
    return read(answer).get("events");
  }

  /** The order and its history, or null. */
  public JsonNode order(String externalOrderId) {
    HttpResponse<String> answer = send("GET", "/orders/" + encoded(externalOrderId), null);
    return answer.statusCode() == 404 ? null : read(answer);
  }

  /** The order exists and has these fields (text and number of the same value are equal). */
  public JsonNode assertOrder(String externalOrderId, Map<String, ?> expected) {
    JsonNode order = order(externalOrderId);
    String about = lines(events(Map.of("order", externalOrderId)));
    if (order == null) {
      throw new AssertionError("There is no order " + externalOrderId + "." + about);
    }
    expected.forEach(
        (name, wanted) -> {
          String seen = order.path(name).asText();
          if (!seen.equals(String.valueOf(wanted)) && !sameNumber(seen, wanted)) {
            throw new AssertionError(
                "Order " + externalOrderId + ": " + name + " is " + seen + ", not " + wanted + "." + about);
          }
        });
    return order;
  }

  /** Messages that would have been sent, the newest first: recipient, source, event, type, q, … */
  public JsonNode sentMessages(Map<String, ?> filters) {
    return call("GET", "/outbox?limit=1000&" + query(filters), null).get("messages");
  }

  /** The newest message to the recipient is whole, and holds the text; returns it. */
  public JsonNode assertMessage(String recipient, String contains) {
    JsonNode message = sentMessages(Map.of("recipient", recipient)).get(0);
    if (message == null) {
      throw new AssertionError("No message is for " + recipient + ".");
    }
    if (message.hasNonNull("problem")) {
      throw new AssertionError(
          "The message to " + recipient + " was not sent: " + message.path("problem").asText());
    }
    for (JsonNode each : message.path("missing")) {
      throw new AssertionError(
          "The message to " + recipient + " is not whole: " + each.path("expression").asText() + ": "
              + each.path("why").asText());
    }
    if (!message.path("text").asText().contains(contains)) {
      throw new AssertionError(
          "The message to " + recipient + " does not contain " + contains + ": " + message.path("text").asText());
    }
    return message;
  }

  /** Fails when an event was ignored or rejected, or a request was refused, and says why. */
  public void assertNothingDropped() {
    StringBuilder told = new StringBuilder(dropped());
    for (JsonNode each : call("GET", "/requests?refused=true&limit=1000", null).get("requests")) {
      told.append(
          String.format(
              "%n  %s %s was refused: %s %s",
              each.path("method").asText(),
              each.path("path").asText(),
              each.path("status").asText(),
              each.path("reason").asText()));
      for (JsonNode note : each.path("notes")) {
        told.append(String.format("%n    %s%s", note.path("message").asText(), mended(note.path("fix"))));
      }
    }
    if (told.length() > 0) {
      throw new AssertionError("Yespo would have dropped this:" + told);
    }
  }

  private String dropped() {
    return lines(events(Map.of("verdict", "ignored"))) + lines(events(Map.of("verdict", "rejected")));
  }

  private String lines(JsonNode events) {
    StringBuilder told = new StringBuilder();
    int looked = 0;
    for (JsonNode event : events) {
      told.append(
          String.format(
              "%n  %s %s was %s:",
              event.path("eventTypeKey").asText(),
              event.path("eventKey").asText(""),
              event.path("verdict").asText()));
      for (JsonNode step : event.path("trace")) {
        if (step.path("result").asText().equals("failed")) {
          told.append(String.format("%n    %s", step.path("message").asText()));
        }
      }
      if (event.hasNonNull("hint")) {
        told.append(String.format("%n    %s", event.path("hint").asText()));
        if (looked++ < 20) {
          told.append(mended(call("GET", "/events/" + event.path("eventId").asText(), null).path("fix")));
        }
      }
    }
    return told.toString();
  }

  /** What has to be there first, and the JSON Patch of the body as sent. */
  private static String mended(JsonNode fix) {
    StringBuilder told = new StringBuilder();
    for (JsonNode call : fix.path("arrange")) {
      told.append(
          String.format(
              "%n    first: %s %s %s", call.path("method").asText(), call.path("path").asText(), call.path("body")));
    }
    if (!fix.path("patch").isEmpty()) {
      told.append(String.format("%n    fix: %s", fix.path("patch")));
    }
    return told.toString();
  }

  private static boolean sameNumber(String seen, Object wanted) {
    try {
      return new java.math.BigDecimal(seen).compareTo(new java.math.BigDecimal(String.valueOf(wanted))) == 0;
    } catch (NumberFormatException notNumbers) {
      return false;
    }
  }

  private JsonNode call(String method, String path, Object body) {
    return read(send(method, path, body));
  }

  private JsonNode read(HttpResponse<String> answer) {
    if (answer.statusCode() >= 400) {
      throw new IllegalStateException("The emulator answered " + answer.statusCode() + ": " + answer.body());
    }
    try {
      return json.readTree(answer.body());
    } catch (IOException notJson) {
      throw new IllegalStateException("This is not the emulator's: " + answer.body(), notJson);
    }
  }

  private HttpResponse<String> send(String method, String path, Object body) {
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(url + "/_mock" + path)).header("Content-Type", "application/json");
      String token = System.getenv("YESPO_MOCK_CONTROL_TOKEN");
      if (token != null) {
        request.header("X-Mock-Token", token);
      }
      request.method(
          method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json.writeValueAsString(body)));
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException failed) {
      throw new IllegalStateException("The emulator at " + url + " does not answer.", failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  private static String query(Map<String, ?> filters) {
    return filters.entrySet().stream()
        .map(each -> encoded(each.getKey()) + "=" + encoded(String.valueOf(each.getValue())))
        .collect(Collectors.joining("&"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
