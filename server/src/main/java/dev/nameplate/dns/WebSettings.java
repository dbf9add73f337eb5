package dev.nameplate.dns;

import java.net.InetAddress;
import java.util.function.Predicate;

/// How proofs over HTTP are looked for.
///
/// @param port 80 except in tests
/// @param allowed which addresses are asked: whoever may ask for certificates must not make this server reach into its network
public record WebSettings(int port, Predicate<InetAddress> allowed) {
    public static final int HTTP_PORT = 80;

    /// Asks nobody.
    public static final WebSettings OFF = new WebSettings(HTTP_PORT, _ -> false);
}
