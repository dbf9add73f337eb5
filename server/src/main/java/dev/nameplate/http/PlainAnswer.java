package dev.nameplate.http;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/// What a server said to a request of HTTP/1.0, whose answer ends with the connection.
///
/// @param location where it sends to, as it says it
public record PlainAnswer(int status, Optional<String> location, String body) {
    private static final String LOCATION = "location:";

    /// @param text all that came, or as much of it as is read; a byte each
    /// @throws IOException if it is not HTTP
    public static PlainAnswer parse(String text) throws IOException {
        int end = text.indexOf("\r\n\r\n");
        String head = end < 0 ? text : text.substring(0, end);
        String body = end < 0 ? "" : text.substring(end + 4);
        String[] lines = head.split("\r\n", -1);
        String[] status = lines[0].split(" ", 3);
        if (status.length < 2 || !status[0].startsWith("HTTP/1.") || !status[1].matches("\\d{3}")) {
            throw new IOException("the answer is not HTTP");
        }
        Optional<String> location = Optional.empty();
        for (String line : lines) {
            if (line.toLowerCase(Locale.ROOT).startsWith(LOCATION)) {
                location = Optional.of(line.substring(LOCATION.length()).strip());
            }
        }
        return new PlainAnswer(Integer.parseInt(status[1]), location, body);
    }

    /// Whether another place is to be asked for the same.
    public boolean redirects() {
        return switch (status) {
            case 301, 302, 303, 307, 308 -> location.isPresent();
            default -> false;
        };
    }
}
