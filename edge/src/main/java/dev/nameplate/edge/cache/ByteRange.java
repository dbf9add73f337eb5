package dev.nameplate.edge.cache;

/// One part of a body, both ends included.
public record ByteRange(long first, long last) implements WantedRange {

    public long length() {
        return last - first + 1;
    }
}
