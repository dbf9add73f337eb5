package dev.nameplate.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Another company's CA, made with openssl: a root, two intermediates below each other, and leaves.
final class ForeignCa {
    private static final String SETTINGS =
            """
            [req]
            distinguished_name = dn
            [dn]
            [authority]
            basicConstraints = critical, CA:TRUE
            keyUsage = critical, keyCertSign, cRLSign
            subjectKeyIdentifier = hash
            authorityKeyIdentifier = keyid
            [leaf]
            basicConstraints = critical, CA:FALSE
            keyUsage = critical, digitalSignature
            extendedKeyUsage = serverAuth
            subjectKeyIdentifier = hash
            authorityKeyIdentifier = keyid
            subjectAltName = $ENV::NAMES
            """;

    private static final List<String> ELLIPTIC =
            List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256");
    private static final List<String> RSA = List.of("-newkey", "rsa:2048");

    private final Path folder;

    private ForeignCa(Path folder) {
        this.folder = folder;
    }

    static ForeignCa make(Path folder) throws IOException {
        Parts.need("OpenSSL 3", "openssl", "req", "-help");
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("settings.cnf"), SETTINGS);
        ForeignCa made = new ForeignCa(folder);
        made.sign("root", "/O=Another Company/CN=Foreign Root", "", "authority", List.of());
        made.sign("policy", "/O=Another Company/CN=Foreign Policy", "root", "authority", List.of());
        made.sign(
                "issuing",
                "/O=Another Company/CN=Foreign Issuing",
                "policy",
                "authority",
                List.of());
        return made;
    }

    /// Files with a leaf, its PKCS#8 key and its chain with the root at its end.
    record Triple(Path certificate, Path privateKey, Path chain) {
        static String text(Path file) {
            try {
                return Files.readString(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// PEM file.
    Path root() {
        return folder.resolve("root.pem");
    }

    /// For a server that accepts what this CA issues for alternate names.
    Map<String, String> trusted() {
        return Map.of("NAMEPLATE_TRUSTED_ROOTS", root().toString());
    }

    Triple issue(String... names) throws IOException {
        sign(names[0], "/CN=" + names[0], "issuing", "leaf", List.of(names));
        return triple(names);
    }

    /// With an RSA-2048 key.
    Triple issueRsa(String... names) throws IOException {
        sign(names[0], "/CN=" + names[0], "issuing", "leaf", List.of(names), RSA);
        return triple(names);
    }

    private Triple triple(String... names) throws IOException {
        Path chain = folder.resolve(names[0] + ".chain.pem");
        Files.writeString(
                chain,
                Triple.text(folder.resolve("issuing.pem"))
                        + Triple.text(folder.resolve("policy.pem"))
                        + Triple.text(root()));
        return new Triple(
                folder.resolve(names[0] + ".pem"), folder.resolve(names[0] + ".key"), chain);
    }

    /// @param issuer empty for one that signs itself
    private void sign(
            String file, String subject, String issuer, String extensions, List<String> names) {
        sign(file, subject, issuer, extensions, names, ELLIPTIC);
    }

    private void sign(
            String file,
            String subject,
            String issuer,
            String extensions,
            List<String> names,
            List<String> key) {
        List<String> command = new ArrayList<>();
        command.addAll(List.of("openssl", "req", "-x509", "-new", "-noenc", "-days", "90"));
        command.addAll(key);
        command.addAll(List.of("-config", folder.resolve("settings.cnf").toString()));
        command.addAll(List.of("-extensions", extensions, "-subj", subject));
        command.addAll(List.of("-keyout", folder.resolve(file + ".key").toString()));
        command.addAll(List.of("-out", folder.resolve(file + ".pem").toString()));
        if (!issuer.isEmpty()) {
            command.addAll(List.of("-CA", folder.resolve(issuer + ".pem").toString()));
            command.addAll(List.of("-CAkey", folder.resolve(issuer + ".key").toString()));
        }
        String alternatives =
                names.isEmpty()
                        ? "DNS:none.invalid"
                        : names.stream()
                                .map(name -> "DNS:" + name)
                                .collect(Collectors.joining(","));
        Commands.Result result = Commands.run(command, Map.of("NAMES", alternatives));
        if (result.exit() != 0) {
            throw new AssertionError(String.join(" ", command) + ": " + result.errors());
        }
    }
}
