package dev.nameplate.issuer.acme;

import dev.nameplate.certificate.IssuerName;

import java.time.Duration;

/// Is told, after the commit, of what became of orders, for figures.
public interface OrderWatch {
    /// Nobody watches.
    OrderWatch NONE =
            new OrderWatch() {
                @Override
                public void ended(IssuerName issuer, Outcome outcome) {}

                @Override
                public void issued(IssuerName issuer, Duration since) {}

                @Override
                public void limited(IssuerName issuer) {}
            };

    void ended(IssuerName issuer, Outcome outcome);

    /// @param since it was asked for
    void issued(IssuerName issuer, Duration since);

    /// The authority refused by a limit of its own.
    void limited(IssuerName issuer);

    enum Outcome {
        ISSUED,
        /// For good.
        REFUSED,
        /// It came to nothing, and another one is asked for.
        GIVEN_UP
    }
}
