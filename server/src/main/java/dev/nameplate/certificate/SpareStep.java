package dev.nameplate.certificate;

import dev.nameplate.certificate.Spare.Ready;
import dev.nameplate.certificate.Spare.Why;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What has to be done about a spare now. Decides only; [SpareWork] acts.
sealed interface SpareStep {
    /// Nothing, until something changes.
    ///
    /// @param drop what is there is not kept
    record Rest(String why, boolean drop) implements SpareStep {}

    /// @param message empty: what was said stands
    record Later(Instant at, Optional<String> message) implements SpareStep {}

    /// It has become the certificate's own.
    record Taken() implements SpareStep {}

    record Switch(State.Issued served, Why why) implements SpareStep {}

    /// @param by a later look must not come after this
    record Get(IssuerChoice choice, Optional<Instant> by) implements SpareStep {}

    /// A pending certificate is used already; it is issued soon, or never.
    Duration PENDING = Duration.ofMinutes(10);

    Duration TRYING_OUT = Duration.ofSeconds(1);

    /// After a spare was not seen at the edge, an ordinary renewal has its turn for so long.
    Duration BETWEEN_SWITCHES = Duration.ofHours(1);

    /// The most that is left of a certificate when its spare takes its place.
    Duration LAST_DAYS = Duration.ofDays(2);

    /// The least part of its life, for those that live for hours.
    int LAST_SHARE = 20;

    /// @param signer of what the certificate has
    /// @param wanted by the settings
    /// @param tryingOut whether something else than what the certificate has is served now
    /// @param lost why it may not be certified any more
    /// @param suggested when the spare's authority wants it renewed
    record Due(
            Certificate certificate,
            Spare spare,
            IssuerName signer,
            List<IssuerName> wanted,
            boolean used,
            boolean tryingOut,
            Optional<String> lost,
            Optional<Instant> suggested) {}

    static SpareStep of(Due due, Instant now) {
        if (!(due.certificate().state() instanceof State.Issued issued)) {
            return due.certificate().state() instanceof State.Pending
                    ? new Later(
                            now.plus(PENDING), Optional.of("The certificate is not issued yet."))
                    : new Rest("The certificate is not issued.", true);
        }
        if (due.lost().isPresent()) {
            return new Rest("There is none because " + due.lost().get() + ".", true);
        }
        Optional<Ready> kept = due.spare().ready();
        if (kept.map(Ready::serial).filter(issued.serial()::equals).isPresent()) {
            return new Taken();
        }
        if (due.tryingOut()) {
            return new Later(now.plus(TRYING_OUT), Optional.empty());
        }
        Optional<Ready> ready = kept.filter(each -> each.notAfter().isAfter(now));
        if (!due.used()) {
            String why = "Nothing uses the certificate.";
            return ready.<SpareStep>map(each -> new Later(each.notAfter(), Optional.of(why)))
                    .orElseGet(() -> new Rest(why, true));
        }
        Instant last = lastDays(issued);
        boolean helps =
                ready.filter(each -> each.notAfter().isAfter(issued.notAfter())).isPresent();
        if (helps && !last.isAfter(now) && !switchedLately(due.spare(), now)) {
            return new Switch(issued, Why.ENDING);
        }
        Optional<Instant> by = helps ? Optional.of(last).filter(now::isBefore) : Optional.empty();
        List<IssuerName> wanted = due.spare().chosen().orElse(due.wanted());
        List<IssuerName> others =
                wanted.stream().filter(each -> !each.equals(due.signer())).toList();
        if (others.isEmpty()) {
            String why = resting(due, wanted);
            return ready.<SpareStep>map(
                            each -> new Later(sooner(each.notAfter(), by), Optional.of(why)))
                    .orElseGet(() -> new Rest(why, true));
        }
        Get get = new Get(choice(due.spare(), others), by);
        if (ready.isEmpty() || ready.get().issuer().equals(due.signer())) {
            return get;
        }
        Instant start = renewal(due, ready.get());
        return start.isAfter(now) ? new Later(sooner(start, by), Optional.empty()) : get;
    }

    static Instant lastDays(State.Issued issued) {
        Duration share =
                Duration.between(issued.notBefore(), issued.notAfter()).dividedBy(LAST_SHARE);
        return issued.notAfter().minus(share.compareTo(LAST_DAYS) < 0 ? share : LAST_DAYS);
    }

    static boolean switchedLately(Spare spare, Instant now) {
        return spare.switched()
                .filter(last -> last.at().plus(BETWEEN_SWITCHES).isAfter(now))
                .isPresent();
    }

    private static Instant renewal(Due due, Ready ready) {
        Instant rule =
                RenewalTiming.start(due.certificate().id(), ready.notBefore(), ready.notAfter());
        return due.suggested().filter(rule::isAfter).orElse(rule);
    }

    /// Whose turn it is stays so while the same are asked.
    private static IssuerChoice choice(Spare spare, List<IssuerName> others) {
        return spare.asked()
                .filter(asked -> asked.order().equals(others))
                .orElseGet(() -> new IssuerChoice(others, 0));
    }

    private static String resting(Due due, List<IssuerName> wanted) {
        return wanted.isEmpty()
                ? "No issuer is named for it."
                : "The certificate is from "
                        + due.signer()
                        + " itself, and a spare must be from another issuer: name one more.";
    }

    private static Instant sooner(Instant at, Optional<Instant> by) {
        return by.filter(at::isAfter).orElse(at);
    }
}
