package dev.nameplate;

import dev.nameplate.config.Settings;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;

/// Decides whether the API port speaks TLS, and with which certificate: the operator's, or one of our CA made at start.
final class ApiTls {
    private ApiTls() {}

    static Optional<SSLContext> context(
            Settings settings, Listeners listeners, Features features, InstantSource clock) {
        boolean wanted =
                switch (settings.api().tls()) {
                    case ON -> true;
                    case OFF -> false;
                    case AUTO ->
                            !listeners.bind().isLoopbackAddress()
                                    || settings.api().certificate().isPresent();
                };
        if (!wanted) {
            return Optional.empty();
        }
        if (settings.api().certificate().isPresent()) {
            Path key =
                    settings.api()
                            .key()
                            .orElseThrow(() ->
                                    new Server.CannotStart(
                                            "api.certificate needs api.key beside it", null));
            return Optional.of(TlsFiles.read(settings.api().certificate().get(), key));
        }
        return Optional.of(
                new OwnCertificate(
                                features.ca(),
                                features.keyPairs(),
                                clock,
                                List.of("localhost", "api." + settings.suffix()),
                                Stream.of(InetAddress.getLoopbackAddress(), listeners.reachable())
                                        .distinct()
                                        .toList())
                        .sslContext());
    }
}
