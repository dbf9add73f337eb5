package dev.nameplate.certificate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// When the proofs of a request are looked for. A pure function of its age, so that a restart changes nothing.
///
/// | age | a look every |
/// |---|---|
/// | 0 s, 1 s, 2 s, 5 s, 10 s, 20 s, 30 s | |
/// | 1 min to 10 min | 1 min |
/// | 10 min to 2 h | 5 min |
/// | 2 h to 72 h | 15 min |
///
/// The first seconds are dense because the record is often there already: in a zone hosted here it is written together with
/// the request, and the standing record of a name proven before never went away. The first ten minutes follow somebody who
/// sits at a DNS provider's console and watches. After that the record appears when it appears, and a quarter of an hour is
/// below the usual TTL of a negative answer; the looks of three days add up to 318.
final class ProofSchedule {
    private static final List<Duration> FIRST =
            List.of(
                    Duration.ZERO,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(30));

    private ProofSchedule() {}

    /// The first look strictly after `now` for what was asked for at `asked`.
    static Instant next(Instant asked, Instant now) {
        Duration age = Duration.between(asked, now);
        for (Duration look : FIRST) {
            if (look.compareTo(age) > 0) {
                return asked.plus(look);
            }
        }
        long minutes = age.toMinutes();
        long step = minutes < 10 ? 1 : minutes < 120 ? 5 : 15;
        return asked.plus(Duration.ofMinutes((minutes / step + 1) * step));
    }
}
