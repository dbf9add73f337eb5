package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.exception.AcmeException;

import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// What binds an ACME client's account, made by `./nameplate acme credential create` beside a running server.
///
/// @param key base64url, as ACME clients take it
record AcmeCredential(String id, String key) {

    /// @param arguments names, and options before them
    static AcmeCredential create(Path dataDir, String... arguments) {
        List<String> command =
                new ArrayList<>(
                        List.of(RunningServer.LAUNCHER.toString(), "acme", "credential", "create"));
        command.addAll(List.of(arguments));
        Commands.Result made = Commands.run(command, RunningServer.standardSettings(dataDir));
        assertThat(made.exit()).as(made.output() + made.errors()).isZero();
        var lines =
                made.output()
                        .lines()
                        .map(line -> line.split("=", 2))
                        .collect(Collectors.toMap(line -> line[0], line -> line[1]));
        return new AcmeCredential(
                lines.getOrDefault("ACME_EAB_KID", ""),
                lines.getOrDefault("ACME_EAB_HMAC_KEY", ""));
    }

    static URI directory(RunningServer server) {
        return server.api().resolve("/acme/embedded/directory");
    }

    /// A new account that it binds.
    Login login(Session session, KeyPair keys) throws AcmeException {
        return new AccountBuilder()
                .useKeyPair(keys)
                .withKeyIdentifier(id, key)
                .createLogin(session);
    }

    static KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    /// acme4j's own waiting fails where a `Retry-After` is over when it arrives.
    static void await(Order order, Status wanted) {
        Await.until(
                Duration.ofSeconds(60),
                "the order to be " + wanted,
                () -> {
                    try {
                        order.fetch();
                        return order.getStatus() == wanted;
                    } catch (AcmeException e) {
                        throw new AssertionError(e);
                    }
                });
    }

    @Override
    public String toString() {
        return "AcmeCredential[" + id + "]";
    }
}
