package dev.nameplate.api.acm;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.Region;

/// For whom, and in which Region's store, an operation runs.
record Call(AccountId account, Region region) {}
