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
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// How a [FaultCa] finds out whether a name is its account's.
@FunctionalInterface
public interface FaultCaValidation {

    /// What it calls itself in records that stay.
    String ISSUER = "fault-ca.test";

    /// Why the name is not proven; empty where it is.
    Optional<String> failure(Asked asked);

    /// A challenge that its account says is ready.
    ///
    /// @param name without `*.`
    /// @param account its URL
    /// @param authorization the key authorization (RFC 8555 section 8.1)
    record Asked(
            String type,
            String name,
            boolean wildcard,
            String account,
            String token,
            String authorization) {
        /// What a TXT record shows.
        public String digest() {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(sha256(authorization));
        }

        /// Where the record of its type is.
        String place() {
            return switch (type) {
                case "dns-account-01" -> "_" + label() + "._acme-challenge." + name;
                case "dns-persist-01" -> "_validation-persist." + name;
                default -> "_acme-challenge." + name;
            };
        }

        /// Base 32 of the first ten bytes, by the digits that Java has for it.
        private String label() {
            String digits = new BigInteger(1, Arrays.copyOf(sha256(account), 10)).toString(32);
            return "0"
                    .repeat(16 - digits.length())
                    .concat(digits)
                    .chars()
                    .map(each ->
                            "abcdefghijklmnopqrstuvwxyz234567".charAt(Character.digit(each, 32)))
                    .collect(
                            StringBuilder::new,
                            StringBuilder::appendCodePoint,
                            StringBuilder::append)
                    .toString();
        }

        /// Whether a text proves the name.
        boolean provenBy(String text) {
            if (!type.equals("dns-persist-01")) {
                return text.equals(digest());
            }
            List<String> parts = Stream.of(text.split(";")).map(String::strip).toList();
            return parts.getFirst().equals(ISSUER)
                    && parts.contains("accounturi=" + account)
                    && (!wildcard || parts.contains("policy=wildcard"));
        }

        private static byte[] sha256(String text) {
            try {
                return MessageDigest.getInstance("SHA-256")
                        .digest(text.getBytes(StandardCharsets.US_ASCII));
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
            List<String> texts = texts(port, asked.place() + ".");
            return asked.type().startsWith("dns-") && texts.stream().anyMatch(asked::provenBy)
                    ? Optional.empty()
                    : Optional.of(
                            "incorrect TXT record %s found at %s".formatted(texts, asked.place()));
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
