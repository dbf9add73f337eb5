package dev.nameplate.notification.mail;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// The server that takes our e-mail.
///
/// @param from the sender's address
/// @param gathering how long events wait for others
public record MailServer(
        String host,
        int port,
        Security security,
        Optional<Login> login,
        String from,
        Duration gathering) {

    /// @param passwordFile read at each log-in, so that a new password needs no restart
    public record Login(String user, Path passwordFile) {}

    public enum Security {
        /// Begins in clear and goes on under TLS; a server that offers none gets no message.
        STARTTLS,
        TLS,
        NONE
    }
}
