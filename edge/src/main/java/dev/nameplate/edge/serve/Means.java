package dev.nameplate.edge.serve;

import dev.nameplate.edge.cache.CacheStore;
import dev.nameplate.edge.compress.Compression;
import dev.nameplate.edge.proxy.OriginClient;
import dev.nameplate.edge.rules.Countries;

import java.time.Duration;
import java.time.InstantSource;

/// What answering needs.
///
/// @param maxObjectBytes a larger body is passed on but not kept
/// @param nodeName of this edge
/// @param location the value of `X-Amz-Cf-Pop` in answers
/// @param countries of visitors' addresses
/// @param heuristics whether a lifetime is guessed where neither origin nor site gives one (RFC 9111 §4.2.2)
/// @param via the value of `Via` in answers
/// @param webSocketIdle a WebSocket without a byte either way is closed after this
public record Means(
        OriginClient origins,
        CacheStore store,
        Compression compression,
        InstantSource clock,
        long maxObjectBytes,
        Countries countries,
        boolean heuristics,
        String nodeName,
        String location,
        String via,
        Duration webSocketIdle) {}
