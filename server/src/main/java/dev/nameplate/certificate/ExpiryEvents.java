package dev.nameplate.certificate;

import dev.nameplate.db.Write;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.Region;

import org.jdbi.v3.core.Handle;

/// From how many days before its end a certificate's expiry is told: a choice of each account in each Region.
public final class ExpiryEvents {
    public static final int DEFAULT_DAYS_BEFORE = 45;

    private ExpiryEvents() {}

    public static int daysBefore(Handle handle, AccountId account, Region region) {
        return handle.createQuery(
                        """
                        SELECT days_before FROM certificate_expiry_events
                        WHERE account = :account AND region = :region
                        """)
                .bind("account", account.value())
                .bind("region", region.name())
                .mapTo(Integer.class)
                .findOne()
                .orElse(DEFAULT_DAYS_BEFORE);
    }

    public static void choose(Write write, AccountId account, Region region, int daysBefore) {
        write.handle()
                .createUpdate(
                        """
                        INSERT INTO certificate_expiry_events (account, region, days_before)
                        VALUES (:account, :region, :days)
                        ON CONFLICT (account, region) DO UPDATE SET days_before = excluded.days_before
                        """)
                .bind("account", account.value())
                .bind("region", region.name())
                .bind("days", daysBefore)
                .execute();
    }
}
