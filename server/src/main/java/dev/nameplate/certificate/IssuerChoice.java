package dev.nameplate.certificate;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The issuers a certificate may come from, first choice first, and whose turn it is.
///
/// @param turn the place of the one that is asked now
public record IssuerChoice(List<IssuerName> order, int turn) {
    public static final IssuerChoice EMBEDDED = of(IssuerName.EMBEDDED);

    public IssuerChoice {
        order = List.copyOf(order);
        if (order.isEmpty() || order.stream().distinct().count() != order.size()) {
            throw new IllegalArgumentException(
                    "issuers must be named, and each once, not " + order);
        }
        if (turn < 0 || turn >= order.size()) {
            throw new IllegalArgumentException(
                    "there is no issuer at place " + turn + " of " + order);
        }
    }

    public static IssuerChoice of(IssuerName... order) {
        return new IssuerChoice(List.of(order), 0);
    }

    /// The reverse of [#text], its first choice first.
    static IssuerChoice parse(String text, int turn) {
        return new IssuerChoice(Stream.of(text.split(" ")).map(IssuerName::new).toList(), turn);
    }

    public IssuerName current() {
        return order.get(turn);
    }

    IssuerChoice at(int place) {
        return new IssuerChoice(order, place);
    }

    public IssuerChoice fromTheFirst() {
        return new IssuerChoice(order, 0);
    }

    /// The names, spaces between them.
    public String text() {
        return order.stream().map(IssuerName::text).collect(Collectors.joining(" "));
    }
}
