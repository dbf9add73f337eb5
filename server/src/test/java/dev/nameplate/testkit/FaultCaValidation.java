package dev.nameplate.testkit;

import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// How a [FaultCa] finds out whether a name is its account's.
@FunctionalInterface
public interface FaultCaValidation {

    /// Why the name is not proven; empty where it is.
    Optional<String> failure(Asked asked);

    /// A challenge that its account says is ready.
    ///
    /// @param name without `*.`
    /// @param authorization the key authorization (RFC 8555 section 8.1)
    record Asked(String type, String name, String token, String authorization) {
        /// What a TXT record shows.
        public String digest() {
            try {
                return Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(
                                MessageDigest.getInstance("SHA-256")
                                        .digest(authorization.getBytes(StandardCharsets.US_ASCII)));
            } catch (NoSuchAlgorithmException failed) {
                throw new IllegalStateException(failed);
            }
        }
    }

    static FaultCaValidation always() {
        return _ -> Optional.empty();
    }

    /// Looks for TXT records at a server on a loopback port, through CNAMEs that its answer follows.
    static FaultCaValidation dns(int port) {
        return asked -> {
            List<String> texts = texts(port, "_acme-challenge." + asked.name() + ".");
            return asked.type().equals("dns-01") && texts.contains(asked.digest())
                    ? Optional.empty()
                    : Optional.of(
                            "incorrect TXT record %s found at _acme-challenge.%s"
                                    .formatted(texts, asked.name()));
        };
    }

    private static List<String> texts(int port, String name) {
        try {
            SimpleResolver resolver =
                    new SimpleResolver(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            Message answer =
                    resolver.send(
                            Message.newQuery(
                                    Record.newRecord(Name.fromString(name), Type.TXT, DClass.IN)));
            return answer.getSection(Section.ANSWER).stream()
                    .filter(TXTRecord.class::isInstance)
                    .map(TXTRecord.class::cast)
                    .map(record -> String.join("", record.getStrings()))
                    .toList();
        } catch (IOException unreachable) {
            return List.of();
        }
    }
}
