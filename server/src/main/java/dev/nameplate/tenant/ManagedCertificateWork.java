package dev.nameplate.tenant;

import dev.nameplate.db.Database;
import dev.nameplate.job.DueWork;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Attaches managed certificates to their tenants once they are issued. Woken when a certificate is decided, and looks by itself
/// for what another node decided.
public final class ManagedCertificateWork implements DueWork {
    private static final int BATCH = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Database database;
    private final Tenants tenants;

    /// Where the round is; touched by one thread at a time, as the engine promises.
    private volatile String last = "";

    public ManagedCertificateWork(Database database, Tenants tenants) {
        this.database = database;
        this.tenants = tenants;
    }

    @Override
    public String name() {
        return Tenants.ATTACH;
    }

    @Override
    public Optional<Instant> advance(int shard, Instant now) {
        List<Tenant> waiting = database.read(handle -> tenants.awaiting(handle, last, BATCH));
        for (Tenant tenant : waiting) {
            database.write(write -> {
                tenants.settle(write, tenant.id());
                return tenant;
            });
        }
        boolean more = waiting.size() == BATCH;
        boolean any = more || !waiting.isEmpty() || !last.isEmpty();
        last = more ? waiting.getLast().id() : "";
        return any ? Optional.of(more ? now : now.plus(PATIENCE)) : Optional.empty();
    }
}
