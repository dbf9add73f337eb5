package dev.nameplate.enrolment;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;

import org.jdbi.v3.core.Handle;

/// What an account of ours has shown control of in another way than by a challenge.
@FunctionalInterface
public interface KnownNames {
    /// Whether its zone is hosted here, or the name was proven for a certificate of the account.
    boolean isProven(Handle handle, AccountId account, DomainName name);
}
