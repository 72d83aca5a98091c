import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;

public class Shop {
    private static final String URL = "https://esputnik.com/api/v1/event";

    public static void main(String[] arguments) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(URL))
                .header("Content-Type", "application/json")
                .header("Authorization", "Basic c2hvcDprZXk=")
                .POST(HttpRequest.BodyPublishers.ofFile(Path.of(arguments[0])))
                .build();
        var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        System.exit(answer.statusCode() == 200 ? 0 : 1);
    }
}
