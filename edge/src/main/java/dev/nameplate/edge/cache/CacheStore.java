package dev.nameplate.edge.cache;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Where answers are kept. Called on event loops: an implementation must not block.
public interface CacheStore extends AutoCloseable {
    /// The answer for this key whose `Vary` headers match the request's, fresh or not, with a reference for the
    /// caller to release; from memory, so that a hit costs no more than that.
    ///
    /// @param forwarded the request's headers as the origin would see them
    Optional<StoredResponse> get(CacheKey key, RequestHeaders forwarded);

    /// Looks where looking takes time, after [#get] found nothing.
    ///
    /// @param then called once, on any thread, with what [#get] would have returned
    /// @return false when it is known that there is nothing; `then` is not called
    boolean load(CacheKey key, RequestHeaders forwarded, Consumer<Optional<StoredResponse>> then);

    /// Keeps an answer in place of an older one, unless it was invalidated since `generation` was read. Takes over the
    /// caller's reference.
    ///
    /// @param vary the header names of the answer's `Vary`, sorted, lower case
    void put(
            CacheKey key,
            List<String> vary,
            RequestHeaders forwarded,
            StoredResponse response,
            long generation);

    /// Forgets what is kept under one key, in all its variants: a visitor has changed it (RFC 9111 §4.4).
    void forget(CacheKey key);

    /// Takes a body that is too large for [#put], which takes answers in memory. Empty when this store keeps none such.
    ///
    /// @param length if it is known, else -1
    Optional<BodySink> sink(long length);

    /// Counts invalidations; read it before asking the origin.
    long generation();

    /// Makes sure that nothing kept under these paths, nor an answer to a request under way, is handed out again. Costs
    /// the same however much is kept.
    ///
    /// @param distributionId also covers ids that stand below it: `E1` covers `E1/tenant`
    /// @param paths with the query that is part of the key; `*` at the end stands for anything
    void invalidate(String distributionId, List<String> paths);

    /// What each tier holds, by its name.
    Map<String, Usage> usage();

    @Override
    void close();

    /// @param evictions answers given up for want of room, so far
    record Usage(long bytes, long entries, long evictions) {}
}
