package dev.nameplate.api.acm;

import dev.nameplate.certificate.Catalogue;
import dev.nameplate.certificate.CertificateId;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/// A page's end as a NextToken. It counts only for the order it was given in.
final class PageToken {
    private static final Pattern SHAPE =
            Pattern.compile("([A-Z_]+) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) (.*)");

    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,18}");

    private PageToken() {}

    static String of(Catalogue.Order order, Catalogue.Position end) {
        String text = word(order) + " " + end.id() + " " + end.value();
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Empty if the token is none of [#of] in the same order.
    static Optional<Catalogue.Position> read(Catalogue.Order order, String token) {
        String text;
        try {
            text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
        var match = SHAPE.matcher(text);
        if (!match.matches()
                || !match.group(1).equals(word(order))
                || (order.key().isNumber() && !NUMBER.matcher(match.group(3)).matches())) {
            return Optional.empty();
        }
        return Optional.of(
                new Catalogue.Position(
                        match.group(3), new CertificateId(UUID.fromString(match.group(2)))));
    }

    private static String word(Catalogue.Order order) {
        return order.key().name() + (order.descending() ? "_DOWN" : "");
    }
}
