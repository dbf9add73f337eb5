package dev.nameplate.api.lightsail;

import java.util.OptionalInt;
import java.util.regex.Pattern;

/// The `name` of a Lightsail origin read as a host or `host:port`, our extension of the API. A name without a dot or port
/// would be a container service's.
///
/// @param host a DNS name or an IP address, without brackets
record OriginAddress(String host, OptionalInt port) {
    private static final Pattern SHAPE =
            Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([A-Za-z0-9._-]+))(?::(\\d{1,5}))?");

    private static final int MAX_HOST = 253;
    private static final int MAX_PORT = 65535;

    static OriginAddress parse(String name) {
        var match = SHAPE.matcher(name);
        if (!match.matches()) {
            throw Refusal.invalid(
                    "The origin name '"
                            + name
                            + "' is not a host or host:port, such as app.example.com or"
                            + " 192.0.2.7:8080.");
        }
        String literal = match.group(1);
        String host = literal == null ? match.group(2) : literal;
        String port = match.group(3);
        if (port == null && literal == null && host.indexOf('.') < 0) {
            throw Refusal.invalid(
                    "The origin name '"
                            + name
                            + "' names a Lightsail resource, and there is no instance, bucket, load"
                            + " balancer or container service here. Give the origin as a host or"
                            + " host:port, such as app.example.com or 192.0.2.7:8080.");
        }
        if (host.length() > MAX_HOST || host.startsWith(".") || host.contains("..")) {
            throw Refusal.invalid("The origin name '" + name + "' is not a valid host name.");
        }
        if (port == null) {
            return new OriginAddress(host, OptionalInt.empty());
        }
        int number = Integer.parseInt(port);
        if (number < 1 || number > MAX_PORT) {
            throw Refusal.invalid(
                    "The port of the origin name '" + name + "' is not between 1 and 65535.");
        }
        return new OriginAddress(host, OptionalInt.of(number));
    }
}
