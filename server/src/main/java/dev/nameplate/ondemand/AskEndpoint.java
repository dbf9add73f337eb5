package dev.nameplate.ondemand;

import dev.nameplate.http.WholeAnswer;
import dev.nameplate.names.DomainName;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;

/// Asks the operator's own service, as Caddy's `ask` does: any answer but 2xx is a no. It is the operator's setting, so it may lead
/// to any address.
final class AskEndpoint implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AskEndpoint.class);
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration ANSWER = Duration.ofSeconds(4);

    private final URI address;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .connectTimeout(CONNECT)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();

    AskEndpoint(URI address) {
        this.address = address;
    }

    Permission ask(DomainName name) {
        String separator = address.getRawQuery() == null ? "?" : "&";
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(address + separator + "domain=" + name)).build();
        try {
            int status = WholeAnswer.status(client, request, ANSWER);
            if (status / 100 == 2) {
                return Permission.YES;
            }
            LOG.info("{} is not let in: {} answers {}", name, address.getHost(), status);
            return Permission.NO;
        } catch (IOException e) {
            LOG.warn(
                    "{} is not let in, because {} does not answer: {}",
                    name,
                    address.getHost(),
                    e.toString());
            return Permission.UNKNOWN;
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
