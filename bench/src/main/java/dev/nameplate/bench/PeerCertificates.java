package dev.nameplate.bench;

import java.io.IOException;
import java.nio.file.Path;

/// A chain of two for one host, as Nameplate sends it, made by openssl.
///
/// @param folder holds `chain.pem`, `leaf.key`, `both.pem` and the root `ca.pem`
record PeerCertificates(Path folder, String host) {
    enum KeyType {
        P256("ec -pkeyopt ec_paramgen_curve:P-256"),
        RSA2048("rsa:2048");

        private final String newKey;

        KeyType(String newKey) {
            this.newKey = newKey;
        }
    }

    static PeerCertificates make(Path folder, String host, KeyType type)
            throws IOException, InterruptedException {
        String request = "openssl req -newkey %s -nodes -sha256 ";
        String authority = request.formatted(KeyType.P256.newKey);
        String script =
                authority
                        + "-x509 -days 30 -subj /O=Bench/CN=BenchCA -keyout ca.key -out ca.pem\n"
                        + request.formatted(type.newKey)
                        + "-subj /CN="
                        + host
                        + " -keyout leaf.key -out leaf.csr\n"
                        + "printf 'subjectAltName=DNS:"
                        + host
                        + "\\nextendedKeyUsage=serverAuth\\n' > leaf.ext\n"
                        + "openssl x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -sha256"
                        + " -extfile leaf.ext -out leaf.pem\n"
                        + "cat leaf.pem ca.pem > chain.pem\n"
                        + "cat chain.pem leaf.key > both.pem\n";
        Process process =
                new ProcessBuilder("bash", "-ec", script)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("openssl.log").toFile())
                        .start();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(
                    "openssl could not make the peers' certificate; see " + folder);
        }
        return new PeerCertificates(folder, host);
    }

    Path root() {
        return folder.resolve("ca.pem");
    }

    Path chain() {
        return folder.resolve("chain.pem");
    }

    Path key() {
        return folder.resolve("leaf.key");
    }

    /// Chain and key in one file.
    Path both() {
        return folder.resolve("both.pem");
    }
}
