package dev.nameplate.edge.cache;

/// One part of a body, both ends included.
public record ByteRange(int first, int last) implements WantedRange {

    public int length() {
        return last - first + 1;
    }
}
