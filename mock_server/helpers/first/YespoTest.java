import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Run: yespo-mock exec --seed yespo-seed.json -- mvn test -Dtest=YespoTest */
class YespoTest {
  // Clean before each test; one fails after which something was dropped.
  @RegisterExtension static final YespoMock YESPO = new YespoMock();

  @Test
  void anOrderReachesYespo() throws Exception {
    checkOut("1001");
    YESPO.assertOrder("1001", Map.of("status", "INITIALIZED", "totalCost", 258));
  }

  /** Call your code here, with YESPO.apiUrl as its base URL, in place of these lines. */
  private static void checkOut(String number) throws Exception {
    String items =
        "[{'externalItemId': 'cup', 'name': 'Cup', 'category': 'Kitchen', 'quantity': 2, 'cost': 129,"
            + " 'url': 'https://shop.example.com/cup',"
            + " 'imageUrl': 'https://shop.example.com/cup.png'}]";
    String event =
        "{'eventTypeKey': 'orderCreated', 'keyValue': '" + number + "', 'params': ["
            + "{'name': 'externalOrderId', 'value': '" + number + "'},"
            + "{'name': 'totalCost', 'value': '258.0'},"
            + "{'name': 'status', 'value': 'INITIALIZED'},"
            + "{'name': 'date', 'value': '2026-01-31T12:00:00'},"
            + "{'name': 'email', 'value': 'customer@example.com'},"
            + "{'name': 'items', 'value': " + items + "}]}";
    String token = Base64.getEncoder().encodeToString(("shop:" + YESPO.apiKey).getBytes());
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(YESPO.apiUrl + "/v2/event"))
            .header("Content-Type", "application/json")
            .header("Authorization", "Basic " + token)
            .POST(HttpRequest.BodyPublishers.ofString(event.replace('\'', '"')))
            .build();
    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding());
  }
}
