package dev.nameplate.api.saas;

import dev.nameplate.names.AccountId;
import dev.nameplate.saas.Uploads;

import java.util.List;

/// What an account may still make, for a forecast.
@FunctionalInterface
public interface Allowance {
    /// Where nothing is known beforehand.
    Allowance UNKNOWN = (_, _) -> List.of();

    /// @param kind of quota
    /// @param left how many more certificates it lets be made
    record Left(String kind, long left) {}

    List<Left> left(AccountId account, Uploads.Kind kind);
}
