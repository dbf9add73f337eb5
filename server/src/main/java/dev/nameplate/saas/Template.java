package dev.nameplate.saas;

import java.util.Optional;

/// The distribution an entry's own distribution is copied from.
///
/// @param version number of one of its stored configurations; empty for the one it has when it is copied
public record Template(String distributionId, Optional<Long> version) {
    @Override
    public String toString() {
        return distributionId + version.map(number -> " version " + number).orElse("");
    }
}
