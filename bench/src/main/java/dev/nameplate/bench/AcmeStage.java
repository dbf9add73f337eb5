package dev.nameplate.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A Pebble that has issued nothing yet, a server that has its jobs' certificates from there and answers all its questions by DNS, and
/// a web server for the files of other clients.
///
/// @param webFiles what Pebble finds at port 80 of every name
record AcmeStage(
        Path folder, WebRoot web, Path webFiles, PebbleServer pebble, NameplateServer nameplate)
        implements AutoCloseable {

    /// @param folder a new one
    static AcmeStage start(Setup setup, Path folder) throws IOException, InterruptedException {
        int dns = Setup.freePort();
        Path webFiles = Files.createDirectories(folder.resolve("web"));
        WebRoot web = WebRoot.start(webFiles);
        PebbleServer pebble = null;
        try {
            Path own = Files.createDirectories(folder.resolve("pebble"));
            pebble = PebbleServer.start(setup, own, dns, web.port());
            return new AcmeStage(
                    folder, web, webFiles, pebble, nameplate(setup, folder, dns, pebble));
        } catch (IOException | InterruptedException | RuntimeException failed) {
            if (pebble != null) {
                pebble.close();
            }
            web.close();
            throw failed;
        }
    }

    private static NameplateServer nameplate(Setup setup, Path folder, int dns, PebbleServer pebble)
            throws IOException, InterruptedException {
        Path issuers =
                Files.writeString(
                        folder.resolve("issuers.yaml"),
                        """
                        issuers:
                          pebble:
                            directory: %s
                            trustFile: %s
                            contact: ops@example.com
                            termsAgreed: true
                        """
                                .formatted(pebble.directory(), pebble.trust()));
        Map<String, String> settings = new HashMap<>(Jobs.SETTINGS);
        settings.put("NAMEPLATE_ISSUERS_FILE", issuers.toString());
        settings.put("NAMEPLATE_ISSUER_SAAS", "pebble");
        return NameplateServer.start(
                setup, folder, setup.allCores(), List.of(0, 0, 0, dns), settings);
    }

    @Override
    public void close() throws IOException {
        try (web;
                pebble) {
            nameplate.close();
        }
    }
}
