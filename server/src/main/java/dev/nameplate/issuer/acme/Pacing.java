package dev.nameplate.issuer.acme;

import dev.nameplate.certificate.IssuerName;
import dev.nameplate.certificate.OrderId;
import dev.nameplate.db.Write;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Says when an authority may be asked, so that its rate limits are not met by running into them. It is told, and asked, in the
/// transactions that make an order go on; such a transaction may run twice, or be lost with all it counted.
public interface Pacing {
    /// No limits but those the authority tells of.
    Pacing NONE = new Pacing() {};

    /// Whatever the authority's words: it said no, and not when.
    Duration USUAL_PAUSE = Duration.ofHours(1);

    /// Before the authority is asked for an account; also when it is asked once more, since nobody knows whether it counted before.
    default Verdict account(Write write, IssuerName issuer) {
        return new Verdict.Go();
    }

    /// Before each order, also one that follows another that did not become valid. Granted again for the same order, it costs nothing.
    default Verdict order(Write write, Asking asking) {
        return new Verdict.Go();
    }

    /// The authority has the order.
    default void ordered(Write write, Asking asking) {}

    /// The order became a certificate.
    default void issued(Write write, Asking asking) {}

    /// The order will never become one.
    default void withdrawn(Write write, Asking asking) {}

    /// Before the authority is told to look at one name.
    ///
    /// @param host without an asterisk
    default Verdict validation(Write write, IssuerName issuer, DomainName host) {
        return new Verdict.Go();
    }

    /// The authority looked, and did not see what it wanted.
    ///
    /// @param host without an asterisk
    default void validationFailed(Write write, IssuerName issuer, DomainName host) {}

    /// The authority refused by a limit of its own.
    ///
    /// @param until as it said
    /// @param detail in the authority's words, which name the limit
    /// @return when this order may be asked for again
    default Instant limited(
            Write write, Asking asking, Optional<Instant> until, String detail, Instant now) {
        return until.orElse(now.plus(USUAL_PAUSE));
    }

    /// @param replaces whether it takes another certificate's place in a way that the authority sees (RFC 9773 section 5)
    record Asking(
            IssuerName issuer,
            OrderId order,
            AccountId account,
            List<DomainName> names,
            boolean replaces) {
        public Asking {
            names = List.copyOf(names);
        }

        /// The order by a name of its own.
        public String owner() {
            return "acme/" + order;
        }
    }

    sealed interface Verdict {
        record Go() implements Verdict {}

        /// @param reason for whoever waits
        record NotBefore(Instant at, String reason) implements Verdict {}
    }
}
