import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OrdersTest {
  @RegisterExtension static final YespoMock YESPO = new YespoMock();

  private static void send(String misnamed, String authorization) throws Exception {
    String event = Files.readString(Path.of(System.getenv("ORDER_CREATED"))).replace("\"" + misnamed + "\"", "\"x\"");
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(YESPO.apiUrl + "/v2/event"))
            .header("Content-Type", "application/json")
            .header("Authorization", authorization)
            .POST(HttpRequest.BodyPublishers.ofString(event))
            .build();
    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding());
  }

  private static String withKey() {
    return "Basic " + Base64.getEncoder().encodeToString(("shop:" + YESPO.apiKey).getBytes());
  }

  @Test
  void applied() throws Exception {
    YESPO.addContact(Map.of("phone", "380501234567"));
    send("nothing", withKey());
    Map<String, Object> expected = Map.of("status", "INITIALIZED", "totalCost", 258);
    assertEquals(1, YESPO.assertOrder("12345679", expected).get("history").size());
    assertEquals(1, YESPO.waitForEvent(Map.of("order", "12345679"), 5).size());
    assertEquals("sms", YESPO.assertMessage("380501234567", "Order 12345679").get("channel").asText());
    assertEquals(0, YESPO.sentMessages(Map.of("source", "api")).size());
    assertThrows(AssertionError.class, () -> YESPO.assertMessage("nobody", ""));
    assertThrows(AssertionError.class, () -> YESPO.assertOrder("12345679", Map.of("status", "DELIVERED")));
    assertThrows(AssertionError.class, () -> YESPO.waitForEvent(Map.of("type", "never"), 0.1));
  }

  @Test
  void dropped() throws Exception {
    send("date", withKey());
  }

  @Test
  void refused() throws Exception {
    send("nothing", "none");
  }
}
