package dev.nameplate.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.dns.NameServer.Deadline;
import dev.nameplate.dns.ProofLookup.Sighting;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

final class WebLookTest {
    private static final HttpRecord WANTED =
            new HttpRecord(
                    URI.create("http://shop.example/.well-known/pki-validation/aa11.txt"),
                    URI.create(
                            "http://validation.nameplate.internal/111122223333/.well-known/pki-validation/bb22.txt"));

    private final ServerSocket web = listening();
    private volatile String question = "";

    @AfterEach
    void stop() throws IOException {
        web.close();
    }

    private static ServerSocket listening() {
        try {
            return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Sighting answering(String answer, String... addresses) throws IOException {
        Thread.ofVirtual()
                .start(() -> {
                    while (!web.isClosed()) {
                        try (Socket client = web.accept()) {
                            question = head(client);
                            client.getOutputStream()
                                    .write(answer.getBytes(StandardCharsets.ISO_8859_1));
                        } catch (IOException _) {
                            return;
                        }
                    }
                });
        return look(
                web.getLocalPort(), addresses.length == 0 ? new String[] {"127.0.0.1"} : addresses);
    }

    private static String head(Socket client) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) client.getInputStream().read());
        }
        return head.toString();
    }

    private static Sighting look(int port, String... addresses) throws UnknownHostException {
        InetAddress[] all = new InetAddress[addresses.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = InetAddress.getByName(addresses[i]);
        }
        return new WebLook(new WebSettings(port, address -> !address.isLinkLocalAddress()))
                .look(WANTED, List.of(all), Deadline.in(Duration.ofSeconds(60)));
    }

    @Test
    void redirectToTheWantedPlaceProves() throws IOException {
        Sighting sighting =
                answering("HTTP/1.1 301 Moved\r\nLocation: " + WANTED.redirectTo() + "\r\n\r\n");

        assertThat(sighting).isInstanceOf(Sighting.Found.class);
        assertThat(question)
                .startsWith("GET /.well-known/pki-validation/aa11.txt HTTP/1.0\r\n")
                .contains("Host: shop.example\r\n");
    }

    @Test
    void textItselfProves() throws IOException {
        assertThat(answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nbb22\n"))
                .isInstanceOf(Sighting.Found.class);
    }

    @Test
    void serverThatEchoesWhatItIsAskedProvesNothing() throws IOException {
        Sighting sighting =
                answering("HTTP/1.1 200 OK\r\n\r\n/.well-known/pki-validation/aa11.txt");

        assertThat(sighting.finding().cause()).isEqualTo(Cause.HTTP_WRONG_ANSWER);
        assertThat(sighting.finding().words()).contains("with another text");
        assertThat(sighting.finding().remedy())
                .contains("redirect " + WANTED.redirectFrom() + " to " + WANTED.redirectTo());
    }

    @Test
    void redirectElsewhereProvesNothingAndIsNotFollowed() throws IOException {
        Sighting sighting =
                answering(
                        "HTTP/1.1 302 Found\r\nLocation: https://shop.example/.well-known/pki-validation/aa11.txt\r\n\r\n");

        assertThat(sighting).isInstanceOf(Sighting.Absent.class);
        assertThat(sighting.finding().words())
                .contains("302 with a redirect to https://shop.example/");
    }

    @Test
    void notFoundIsTold() throws IOException {
        assertThat(answering("HTTP/1.1 404 Not Found\r\n\r\n").finding().words())
                .endsWith("with 404");
    }

    @Test
    void deadAddressBesideAGoodOneIsSurvivedAndNamed() throws IOException {
        Sighting sighting = answering("HTTP/1.1 200 OK\r\n\r\nbb22", "127.0.0.1", "127.0.0.77");

        assertThat(sighting).isInstanceOf(Sighting.Found.class);
        assertThat(sighting.finding().words()).contains("not by every address: http://127.0.0.77:");
    }

    @Test
    void addressesThatArePrivateToThisMachineAreNotAsked() throws IOException {
        Sighting sighting = look(80, "169.254.169.254");

        assertThat(sighting.finding().cause()).isEqualTo(Cause.HTTP_UNREACHABLE);
        assertThat(sighting.finding().words())
                .contains(
                        "http://169.254.169.254:80 is not asked: the address is not a public one");
        assertThat(sighting.finding().trace().asked()).isEmpty();
    }

    @Test
    void nameWithoutAddressIsTold() throws IOException {
        assertThat(look(80).finding().words()).isEqualTo("the name shop.example has no address");
    }

    @Test
    void endlessAnswerIsCutAndWhatIsNotHttpIsRefused() throws IOException {
        assertThat(answering("x".repeat(1_000_000)).finding().words())
                .contains("the answer is not HTTP");
    }
}
