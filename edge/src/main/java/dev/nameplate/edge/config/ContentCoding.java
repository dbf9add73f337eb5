package dev.nameplate.edge.config;

/// A content coding that answers may be compressed with (RFC 9110 §8.4.1, RFC 7932).
public enum ContentCoding {
    GZIP,
    BROTLI
}
