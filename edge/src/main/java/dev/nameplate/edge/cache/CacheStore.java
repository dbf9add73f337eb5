package dev.nameplate.edge.cache;

import java.util.List;
import java.util.Optional;

/// Where answers are kept. Called on event loops: an implementation must not block.
public interface CacheStore extends AutoCloseable {
    /// The answer for this key whose `Vary` headers match the request's, fresh or not, with a reference for the
    /// caller to release.
    ///
    /// @param forwarded the request's headers as the origin would see them
    Optional<StoredResponse> get(CacheKey key, RequestHeaders forwarded);

    /// Keeps an answer in place of an older one, unless its distribution may have been purged since `generation`
    /// was read. Takes over the caller's reference.
    ///
    /// @param vary the header names of the answer's `Vary`, sorted, lower case
    void put(
            CacheKey key,
            List<String> vary,
            RequestHeaders forwarded,
            StoredResponse response,
            long generation);

    /// Counts purges; read it before asking the origin.
    long generation();

    /// Forgets what is kept for a distribution.
    void purge(String distributionId);

    @Override
    void close();
}
