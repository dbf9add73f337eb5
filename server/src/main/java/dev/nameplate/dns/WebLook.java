package dev.nameplate.dns;

import dev.nameplate.dns.NameServer.Deadline;
import dev.nameplate.dns.ProofLookup.Sighting;
import dev.nameplate.http.PlainAnswer;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Asks the web servers of a name for a proof: every address the name has, by plain HTTP. What is connected to is the very
/// address that was judged, so that a name cannot point elsewhere in between.
final class WebLook {
    /// Status line, headers and a token are far below.
    private static final int LONGEST_ANSWER = 16 * 1024;

    private static final int MOST_ADDRESSES = 8;
    private static final Duration CONNECT = Duration.ofSeconds(2);

    private final WebSettings settings;

    WebLook(WebSettings settings) {
        this.settings = settings;
    }

    Sighting look(HttpRecord wanted, List<InetAddress> addresses, Deadline deadline) {
        String host = wanted.redirectFrom().getHost();
        if (addresses.isEmpty()) {
            return unreachable(wanted, "the name " + host + " has no address", List.of());
        }
        List<Trace.Asked> asked = new ArrayList<>();
        List<String> silent = new ArrayList<>();
        boolean shown = false;
        for (InetAddress address :
                addresses.subList(0, Math.min(addresses.size(), MOST_ADDRESSES))) {
            String server = "http://" + literal(address) + ":" + settings.port();
            if (!settings.allowed().test(address)) {
                silent.add(server + " is not asked: the address is not a public one");
                continue;
            }
            long start = System.nanoTime();
            PlainAnswer response;
            try {
                response = fetch(wanted.redirectFrom(), address, deadline);
            } catch (IOException e) {
                String why =
                        e instanceof SocketTimeoutException
                                ? "no answer in time"
                                : String.valueOf(e.getMessage());
                silent.add(server + ": " + why);
                asked.add(asked(server, wanted, why, List.of(), start));
                continue;
            }
            String outcome = String.valueOf(response.status());
            asked.add(
                    asked(
                            server,
                            wanted,
                            outcome,
                            response.location().map(to -> "Location: " + to).stream().toList(),
                            start));
            if (!isWanted(response, wanted)) {
                return wrong(wanted, server, response, asked);
            }
            shown = true;
        }
        List<String> servers = asked.stream().map(Trace.Asked::server).toList();
        if (!shown) {
            return unreachable(
                    wanted,
                    "no web server shows the proof for " + host + ": " + String.join("; ", silent),
                    asked);
        }
        return new Sighting.Found(
                new Finding(
                        Cause.NONE,
                        silent.isEmpty()
                                ? "The proof is shown."
                                : "The proof is shown, but not by every address: "
                                        + String.join("; ", silent),
                        "",
                        Optional.empty(),
                        servers,
                        new Trace(List.of(), asked, Dnssec.UNCHECKED)));
    }

    private static boolean isWanted(PlainAnswer response, HttpRecord wanted) {
        return response.redirects()
                ? response.location().equals(Optional.of(wanted.redirectTo().toString()))
                : response.status() == 200 && response.body().strip().equals(wanted.content());
    }

    private static Trace.Asked asked(
            String server, HttpRecord wanted, String outcome, List<String> records, long start) {
        return new Trace.Asked(
                server,
                "GET " + wanted.redirectFrom(),
                outcome,
                records,
                Duration.ofNanos(System.nanoTime() - start).toMillis());
    }

    private static Sighting wrong(
            HttpRecord wanted, String server, PlainAnswer response, List<Trace.Asked> asked) {
        String answer =
                response.location()
                        .map(to -> response.status() + " with a redirect to " + to)
                        .orElseGet(() ->
                                response.status() == 200
                                        ? "another text"
                                        : String.valueOf(response.status()));
        return new Sighting.Absent(
                finding(
                        Cause.HTTP_WRONG_ANSWER,
                        server + " answers " + wanted.redirectFrom() + " with " + answer,
                        wanted,
                        Optional.of(answer),
                        asked));
    }

    private static Sighting unreachable(HttpRecord wanted, String words, List<Trace.Asked> asked) {
        return new Sighting.Unreachable(
                finding(Cause.HTTP_UNREACHABLE, words, wanted, Optional.empty(), asked));
    }

    private static Finding finding(
            Cause cause,
            String words,
            HttpRecord wanted,
            Optional<String> seen,
            List<Trace.Asked> asked) {
        return new Finding(
                cause,
                words,
                "Point the name at this service's edge, which answers by itself, or redirect "
                        + wanted.redirectFrom()
                        + " to "
                        + wanted.redirectTo(),
                seen,
                asked.stream().map(Trace.Asked::server).toList(),
                new Trace(List.of(), asked, Dnssec.UNCHECKED));
    }

    /// HTTP/1.0, so that the answer ends with the connection and comes in one piece.
    private PlainAnswer fetch(URI url, InetAddress address, Deadline deadline) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(address, settings.port()),
                    millis(deadline.left().compareTo(CONNECT) < 0 ? deadline.left() : CONNECT));
            String request =
                    "GET "
                            + url.getRawPath()
                            + " HTTP/1.0\r\nHost: "
                            + url.getHost()
                            + "\r\nUser-Agent: Nameplate-Validation\r\nAccept: */*\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return PlainAnswer.parse(read(socket, deadline));
        }
    }

    private static String read(Socket socket, Deadline deadline) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] answer = new byte[LONGEST_ANSWER];
        int length = 0;
        while (length < answer.length) {
            // Anew for each piece: a server that sends a byte a second must not hold the look.
            socket.setSoTimeout(millis(deadline.left()));
            int more = in.read(answer, length, answer.length - length);
            if (more < 0) {
                break;
            }
            length += more;
        }
        return new String(answer, 0, length, StandardCharsets.ISO_8859_1);
    }

    private static int millis(Duration left) throws SocketTimeoutException {
        if (!left.isPositive()) {
            throw new SocketTimeoutException("out of time");
        }
        return Math.toIntExact(Math.max(1, left.toMillis()));
    }

    private static String literal(InetAddress address) {
        String text = address.getHostAddress();
        return text.contains(":") ? "[" + text + "]" : text;
    }
}
