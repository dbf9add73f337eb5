package dev.nameplate.api.lightsail;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.Region;

/// For whom, and in which Region, an operation runs.
record Call(AccountId account, Region region) {

    /// Lightsail keeps domains and distributions in one Region and refuses to talk about them elsewhere.
    ///
    /// @param family the word the refusal starts with: `Domain` or `Distribution`
    void requireHomeOf(String family) {
        if (!region.equals(Region.US_EAST_1)) {
            throw Refusal.unsupported(
                    family
                            + "-related APIs are only available in the us-east-1 Region. Please set your"
                            + " Region configuration to us-east-1 to create, view, or edit these"
                            + " resources.");
        }
    }
}
