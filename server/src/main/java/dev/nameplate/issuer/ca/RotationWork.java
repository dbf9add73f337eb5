package dev.nameplate.issuer.ca;

import dev.nameplate.job.DueWork;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Rotates the intermediate when its time has come. Where it cannot, because the root's key is kept elsewhere or the root
/// itself is ending, it says so once a day: there is a year for it.
public final class RotationWork implements DueWork {
    private static final Logger LOG = LoggerFactory.getLogger(RotationWork.class);

    /// What was last warned of. Looks are more frequent than warnings: the engine makes them whenever it likes.
    private record Warned(String authorityId, Instant at) {}

    /// The next look is never further off: an authority may be imported or chosen by hand meanwhile.
    private static final Duration LOOK = Duration.ofDays(1);

    private final Authorities authorities;
    private final AuthorityRotation rotation;
    private volatile Warned warned = new Warned("", Instant.MIN);

    public RotationWork(Authorities authorities) {
        this.authorities = authorities;
        this.rotation = new AuthorityRotation(authorities);
    }

    @Override
    public String name() {
        return "authority-rotation";
    }

    @Override
    public Optional<Instant> advance(int shard, Instant now) {
        Hierarchy hierarchy = authorities.hierarchy();
        KnownAuthority signing = hierarchy.signing();
        Instant due = AuthorityRotation.dueFrom(signing, authorities.settings());
        Instant nextLook = now.plus(LOOK);
        if (due.isAfter(now)) {
            return Optional.of(due.isBefore(nextLook) ? due : nextLook);
        }
        // A successor that ended no later would be due at once, and so would its own.
        if (!hierarchy.rootOf(signing).notAfter().isAfter(signing.notAfter())) {
            warn(
                    signing,
                    now,
                    "and so does the root above it; './nameplate ca rotate --new-root' makes a new root, which users must then trust");
            return Optional.of(nextLook);
        }
        try {
            KnownAuthority made = rotation.rotate();
            LOG.info(
                    "{} signs from now on, until {}; {} stays known",
                    made.certificate().getSubjectX500Principal(),
                    made.notAfter(),
                    signing.certificate().getSubjectX500Principal());
        } catch (CaProblem e) {
            warn(signing, now, "and cannot be replaced: " + e.getMessage());
        }
        return Optional.of(nextLook);
    }

    private void warn(KnownAuthority signing, Instant now, String what) {
        Warned last = warned;
        if (last.authorityId().equals(signing.id()) && now.isBefore(last.at().plus(LOOK))) {
            return;
        }
        warned = new Warned(signing.id(), now);
        LOG.warn(
                "{} ends at {}, {}",
                signing.certificate().getSubjectX500Principal(),
                signing.notAfter(),
                what);
    }
}
