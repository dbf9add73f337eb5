package dev.nameplate.demo;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;

/// What the demo, as a user, knows of the server: its addresses, its root, and one set of credentials.
///
/// @param secretAccessKey never printed
public record Visit(
        URI api,
        URI edgeHttps,
        String dns,
        Path caRootFile,
        X509Certificate caRoot,
        String accessKeyId,
        String secretAccessKey,
        String apiKey) {

    InetSocketAddress edge() {
        return new InetSocketAddress(edgeHttps.getHost(), edgeHttps.getPort());
    }

    @Override
    public String toString() {
        return "Visit[api=" + api + "]";
    }
}
