package dev.nameplate;

import dev.nameplate.pki.Pem;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;

/// `ca-root.pem` in the data folder: what users trust.
record CaRootFile(Path folder) {
    private static final Logger LOG = LoggerFactory.getLogger(CaRootFile.class);
    private static final String NAME = "ca-root.pem";

    /// @return where it is
    Path write(X509Certificate root) {
        Path file = folder.resolve(NAME);
        String pem = Pem.of(root);
        try {
            if (!Files.exists(file) || !Files.readString(file).equals(pem)) {
                Path draft = folder.resolve(NAME + ".tmp");
                Files.writeString(draft, pem);
                Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            }
            return file.toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The root was changed while the server runs, here or on another node. It signs whether or not the file can be written.
    void follow(X509Certificate root) {
        LOG.info("leaves are signed below {} from now on", root.getSubjectX500Principal());
        try {
            LOG.info("users must trust {} now", write(root));
        } catch (UncheckedIOException e) {
            LOG.warn("{} in {} could not be written", NAME, folder, e);
        }
    }
}
