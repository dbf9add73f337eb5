package dev.nameplate.edge.cache;

/// How long a kept answer may be used: decided when it arrived, asked with how long it has been here since.
///
/// @param lifetimeMillis counted from its origination, by its age (RFC 9111 §4.2)
/// @param initialAgeMillis how old it was on arrival (RFC 9111 §4.2.3)
/// @param minimumMillis counted from its arrival: fresh until then, whatever its age
/// @param whileRevalidatingMillis how long after its lifetime it may be served while it is being revalidated
///     (RFC 5861 §3)
/// @param ifErrorMillis how long after its lifetime it may be served when the origin fails (RFC 5861 §4); [#NEVER]
///     where that is forbidden, [#ALWAYS] where nobody said
public record Freshness(
        long lifetimeMillis,
        long initialAgeMillis,
        long minimumMillis,
        long whileRevalidatingMillis,
        long ifErrorMillis) {
    public static final long NEVER = 0;
    public static final long ALWAYS = Long.MAX_VALUE;

    /// Whether it can be given to anybody who was waiting for it.
    public boolean isFreshOnArrival() {
        return isFresh(0);
    }

    boolean isFresh(long residentMillis) {
        return initialAgeMillis + residentMillis < lifetimeMillis || residentMillis < minimumMillis;
    }

    boolean usableWhileRevalidating(long residentMillis) {
        return staleMillis(residentMillis) < whileRevalidatingMillis;
    }

    boolean usableIfError(long residentMillis) {
        return staleMillis(residentMillis) < ifErrorMillis;
    }

    public long ageSeconds(long residentMillis) {
        return (initialAgeMillis + residentMillis) / 1000;
    }

    private long staleMillis(long residentMillis) {
        return initialAgeMillis + residentMillis - lifetimeMillis;
    }
}
