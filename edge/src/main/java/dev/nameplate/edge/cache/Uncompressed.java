package dev.nameplate.edge.cache;

import java.util.Optional;

/// What the origin said of the body before it was compressed here: the origin is asked in these terms whether it is still
/// right.
public record Uncompressed(Optional<String> etag, long length) {}
