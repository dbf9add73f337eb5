package dev.nameplate.certificate;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;

import org.jdbi.v3.core.Handle;

import java.time.Duration;
import java.time.Instant;

/// Which names an account has proven for certificates that are issued.
public final class ProvenNames {
    /// How long a proof may be used again (Baseline Requirements section 4.2.1, before the periods grow shorter).
    private static final Duration REUSE = Duration.ofDays(200);

    private ProvenNames() {}

    /// Whether the very name, wildcard or not, was proven for one of the account's certificates not long ago.
    public static boolean has(Handle handle, AccountId account, DomainName name, Instant now) {
        return handle.createQuery(
                                """
                                SELECT COUNT(*) FROM certificate_name n JOIN certificate c ON c.id = n.certificate_id
                                WHERE n.name = :name AND n.status = 'SUCCESS' AND c.account = :account AND c.state = 'ISSUED'
                                    AND c.revoked_at IS NULL AND n.seen_at > :since
                                """)
                        .bind("name", name.ascii())
                        .bind("account", account.value())
                        .bind("since", now.minus(REUSE).toEpochMilli())
                        .mapTo(Long.class)
                        .one()
                > 0;
    }
}
