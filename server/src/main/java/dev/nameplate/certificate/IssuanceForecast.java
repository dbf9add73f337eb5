package dev.nameplate.certificate;

import dev.nameplate.names.DomainName;

import org.jdbi.v3.core.Handle;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Says when an issuer could be asked for many certificates, by its rate limits and what of them is used. Reckons only.
public interface IssuanceForecast {
    /// No issuer limits anything.
    IssuanceForecast UNLIMITED =
            new IssuanceForecast() {
                @Override
                public boolean limits(Handle handle, IssuerName issuer, boolean renewal) {
                    return false;
                }

                @Override
                public List<Turn> turns(Handle handle, IssuerName issuer, List<Wanted> wanted) {
                    return wanted.stream()
                            .map(each -> new Turn(each.earliest(), Optional.empty()))
                            .toList();
                }

                @Override
                public List<Instant> latest(Handle handle, IssuerName issuer, List<Wanted> wanted) {
                    return wanted.stream().map(Wanted::earliest).toList();
                }
            };

    /// Whether anything could have to wait. Where not, nobody needs to ask when.
    ///
    /// @param renewal for the names of earlier certificates
    boolean limits(Handle handle, IssuerName issuer, boolean renewal);

    /// One for each, in the same order.
    List<Turn> turns(Handle handle, IssuerName issuer, List<Wanted> wanted);

    /// Spreads what would come too thick backwards in time: for each the latest moment, not after its own, so that no limit is met.
    List<Instant> latest(Handle handle, IssuerName issuer, List<Wanted> wanted);

    /// @param renewal for the names of an earlier certificate of this issuer
    /// @param earliest when it would be ordered if nothing were limited
    /// @param neededBy who needs it sooner goes first
    record Wanted(List<DomainName> names, boolean renewal, Instant earliest, Instant neededBy) {
        public Wanted {
            names = List.copyOf(names);
        }
    }

    /// @param heldBy which limit it waits for, if it has to
    record Turn(Instant at, Optional<String> heldBy) {}
}
