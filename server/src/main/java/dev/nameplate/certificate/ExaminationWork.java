package dev.nameplate.certificate;

import dev.nameplate.certificate.CertificateRows.Material;
import dev.nameplate.db.Database;
import dev.nameplate.job.DueWork;
import dev.nameplate.pki.X509;
import dev.nameplate.vault.Vault;

import org.jdbi.v3.core.Handle;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Loads every stored certificate once a day, slowly, so that one that does not load is in the [Quarantine] before a visitor
/// or a renewal comes upon it, and tells of revoked ones that are still in use. Keeps its place in memory: a start begins anew.
public final class ExaminationWork implements DueWork {
    static final String NAME = "examination";

    /// In a second about a twentieth of a core: each key is opened, signs, and is verified.
    private static final int BATCH = 100;

    private static final Duration BETWEEN_BATCHES = Duration.ofSeconds(1);
    private static final Duration BETWEEN_ROUNDS = Duration.ofDays(1);

    private final Database database;
    private final Certificates certificates;
    private final Quarantine quarantine;
    private final Vault vault;
    private Place place = new Place("", Instant.MIN);

    /// @param after the last id examined
    /// @param due when the next batch is
    private record Place(String after, Instant due) {}

    public ExaminationWork(Database database, Certificates certificates, Vault vault) {
        this.database = database;
        this.certificates = certificates;
        this.quarantine = certificates.quarantine();
        this.vault = vault;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Instant> advance(int shard, Instant now) {
        if (now.isBefore(place.due())) {
            return Optional.of(place.due());
        }
        Batch batch = database.read(handle -> batch(handle, place.after()));
        batch.materials().forEach(this::examine);
        if (!batch.revoked().isEmpty()) {
            tellOfRevoked(batch.revoked(), now);
        }
        batch.withoutMaterial()
                .forEach(id -> quarantine.report(id, "it is issued and has no chain and key"));
        place =
                batch.ids().size() < BATCH
                        ? new Place("", now.plus(BETWEEN_ROUNDS))
                        : new Place(batch.ids().getLast(), now.plus(BETWEEN_BATCHES));
        return Optional.of(place.due());
    }

    private void tellOfRevoked(List<Certificate> revoked, Instant now) {
        database.write(write -> {
            for (Certificate certificate : revoked) {
                Set<String> users = certificates.usedBy(write.handle(), certificate.id());
                if (certificate.state() instanceof State.Revoked state && !users.isEmpty()) {
                    CertificateNotices.revokedInUse(write, certificate, state, users, now);
                }
            }
            return revoked;
        });
    }

    /// @param materials of those whose rows load
    /// @param revoked those that may still be in use
    private record Batch(
            List<String> ids,
            List<Material> materials,
            Set<String> withoutMaterial,
            List<Certificate> revoked) {}

    private Batch batch(Handle handle, String after) {
        List<String> ids =
                handle.createQuery(
                                "SELECT id FROM certificate WHERE id > :after ORDER BY id LIMIT :limit")
                        .bind("after", after)
                        .bind("limit", BATCH)
                        .mapTo(String.class)
                        .list();
        if (ids.isEmpty()) {
            return new Batch(ids, List.of(), Set.of(), List.of());
        }
        List<Certificate> loaded =
                CertificateRows.select(
                        handle,
                        "c.id IN (<ids>)",
                        "",
                        query -> query.bindList("ids", ids),
                        quarantine::report);
        Set<String> owing = new HashSet<>();
        Set<String> whole = new HashSet<>();
        List<Certificate> revoked = new ArrayList<>();
        for (Certificate certificate : loaded) {
            String id = certificate.id().toString();
            switch (certificate.state()) {
                case State.Issued _ -> owing.add(id);
                case State.Revoked _ -> {
                    owing.add(id);
                    revoked.add(certificate);
                }
                case State.Pending _, State.Failed _, State.TimedOut _ -> whole.add(id);
            }
        }
        whole.forEach(quarantine::loads);
        List<Material> materials =
                owing.isEmpty() ? List.of() : CertificateRows.materials(handle, List.copyOf(owing));
        materials.forEach(material -> owing.remove(material.id().toString()));
        return new Batch(ids, materials, owing, revoked);
    }

    private void examine(Material material) {
        if (whole(material)) {
            quarantine.loads(material.id().toString());
        }
    }

    private boolean whole(Material material) {
        Optional<List<X509Certificate>> chain = StoredMaterial.chain(material, quarantine);
        if (chain.isEmpty()) {
            return false;
        }
        Optional<byte[]> key = StoredMaterial.key(material, vault, quarantine);
        if (key.isEmpty()) {
            return false;
        }
        try {
            X509Certificate leaf = chain.get().getFirst();
            if (KeyMatch.matches(leaf, key.get())) {
                return true;
            }
            quarantine.report(
                    material.id().toString(),
                    "its key is not the one of its certificate with serial " + X509.serial(leaf));
            return false;
        } finally {
            Arrays.fill(key.get(), (byte) 0);
        }
    }
}
