package dev.nameplate.config;

import com.fasterxml.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// The addresses in use, as `endpoints.json` in the data folder tells them.
///
/// @param api URL of all HTTP doors
/// @param edgeHttp URL of the edge's plain HTTP
/// @param edgeHttps URL of the edge's HTTPS
/// @param pki URL of CA certificates, CRLs and OCSP, plain HTTP
/// @param dns `host:port`, UDP and TCP
/// @param caRoot absolute path of the embedded CA's root, PEM
public record Endpoints(
        String api, String edgeHttp, String edgeHttps, String pki, String dns, String caRoot) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// Written only once every port accepts, and whole or not at all: who sees the file can connect.
    public void write(Path dataDir) {
        Path file = file(dataDir);
        Path draft = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            byte[] text = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
            try (FileChannel channel =
                    FileChannel.open(
                            draft,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(text));
                channel.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Of the server that runs on this data folder, if one does.
    public static Optional<Endpoints> read(Path dataDir) {
        try {
            return Optional.of(JSON.readValue(Files.readAllBytes(file(dataDir)), Endpoints.class));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A file left by a killed server would name ports that nobody listens on.
    public static void remove(Path dataDir) {
        try {
            Files.deleteIfExists(file(dataDir));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path file(Path dataDir) {
        return dataDir.resolve("endpoints.json");
    }
}
