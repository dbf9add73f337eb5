package dev.nameplate.certificate;

import java.time.Instant;
import java.util.Optional;

/// What an authority last said about renewing a certificate.
///
/// @param renewAt our own moment in its window; the same whenever it is asked for
/// @param explanation a page of the authority's about the why
/// @param problem why it could not be asked last time; the window is what it said before then
public record SuggestedRenewal(
        IssuerName issuer,
        Optional<Instant> askedAt,
        Optional<Window> window,
        Optional<Instant> renewAt,
        Optional<String> explanation,
        Optional<String> problem,
        Optional<Instant> nextAsk) {

    public record Window(Instant start, Instant end) {
        public Window {
            if (!start.isBefore(end)) {
                throw new IllegalArgumentException(
                        "the suggested window " + start + " to " + end + " has no length");
            }
        }

        /// A moment that is uniformly random over all certificates, and always the same for one: all nodes agree on it, and a
        /// restart changes nothing (RFC 9773 section 4.2).
        Instant moment(CertificateId id) {
            long length = end.toEpochMilli() - start.toEpochMilli();
            long mixed =
                    mixed(
                            id.value().getMostSignificantBits()
                                    ^ mixed(id.value().getLeastSignificantBits())
                                    ^ mixed(start.toEpochMilli()));
            return start.plusMillis(Math.floorMod(mixed, Math.max(1, length)));
        }

        /// SplitMix64's finisher: each bit of the result depends on each of the input.
        private static long mixed(long bits) {
            long z = bits + 0x9e3779b97f4a7c15L;
            z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
            z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
            return z ^ (z >>> 31);
        }
    }
}
