package dev.nameplate.edge.config;

import java.nio.file.Path;

/// Where content is kept that should outlive the process or does not fit into memory.
///
/// @param folder the edge's own; made when it is missing
/// @param bytes of all files together
/// @param maxObjectBytes a larger body is passed on but not kept
public record DiskCache(Path folder, long bytes, long maxObjectBytes) {
    public DiskCache {
        if (maxObjectBytes > bytes) {
            throw new IllegalArgumentException(
                    "maxObjectBytes (%d) exceeds the disk's bytes (%d)"
                            .formatted(maxObjectBytes, bytes));
        }
    }
}
