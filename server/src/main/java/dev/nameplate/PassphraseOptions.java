package dev.nameplate;

import dev.nameplate.client.CommandFailed;
import dev.nameplate.issuer.ca.KeyFile;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.Console;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.Optional;

/// Where the passphrase of a key file comes from: a file, an environment variable, or else a question at the terminal.
/// Never the command line, which every user of the machine can read.
final class PassphraseOptions {
    private static final int SHORTEST = 8;

    @Option(
            names = "--passphrase-file",
            paramLabel = "FILE",
            description = "its first line is the passphrase of the key file")
    private @Nullable Path file;

    @Option(
            names = "--passphrase-env",
            paramLabel = "NAME",
            description = "environment variable with the passphrase of the key file")
    private @Nullable String variable;

    /// A key that may be encrypted.
    PrivateKey readKey(Path path) {
        byte[] pem = SecretFile.read(path);
        try {
            return KeyFile.read(
                    pem, () -> given().orElseGet(() -> ask("Passphrase of " + path + ": ")));
        } finally {
            Arrays.fill(pem, (byte) 0);
        }
    }

    /// A new passphrase: typed twice, if it is typed.
    char[] readTwice() {
        char[] passphrase =
                given().orElseGet(() -> {
                    char[] once = ask("New passphrase: ");
                    if (!Arrays.equals(once, ask("Again: "))) {
                        throw new CommandFailed("the two passphrases differ");
                    }
                    return once;
                });
        if (passphrase.length < SHORTEST) {
            throw new CommandFailed(
                    "a passphrase of fewer than " + SHORTEST + " characters protects no root key");
        }
        return passphrase;
    }

    private Optional<char[]> given() {
        if (file != null) {
            return new String(SecretFile.read(file), StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .map(String::toCharArray);
        }
        if (variable != null) {
            String value = System.getenv(variable);
            if (value == null) {
                throw new CommandFailed("there is no environment variable " + variable);
            }
            return Optional.of(value.toCharArray());
        }
        return Optional.empty();
    }

    private static char[] ask(String question) {
        return Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .flatMap(console -> Optional.ofNullable(console.readPassword("%s", question)))
                .orElseThrow(() ->
                        new CommandFailed(
                                "a passphrase is needed: --passphrase-file or --passphrase-env, where there is no terminal"));
    }
}
