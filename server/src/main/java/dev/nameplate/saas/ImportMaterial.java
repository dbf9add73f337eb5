package dev.nameplate.saas;

import dev.nameplate.vault.SealedColumn;
import dev.nameplate.vault.Vault;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Import material between the request and the import: the key sealed to its entry, the row erased as soon as it is done with.
final class ImportMaterial {
    static final SealedColumn KEY =
            new SealedColumn(
                    "saas_import",
                    List.of("job_id", "number"),
                    "sealed_key",
                    "saas-import/{job_id}/{number}");

    private final Vault vault;

    ImportMaterial(Vault vault) {
        this.vault = vault;
    }

    /// Sealed ahead of the transaction, which may run twice.
    record Sealed(byte[] certificate, byte[] chain, byte[] key) {
        @Override
        public String toString() {
            return "Sealed[redacted]";
        }
    }

    Sealed seal(CertificateSource.Pem pem, JobId job, int number) {
        return new Sealed(
                pem.certificate(), pem.chain(), vault.seal(pem.privateKey(), place(job, number)));
    }

    void insert(Handle handle, JobId job, Map<Integer, Sealed> material) {
        if (material.isEmpty()) {
            return;
        }
        PreparedBatch rows =
                handle.prepareBatch(
                        """
                        INSERT INTO saas_import (job_id, number, certificate, chain, sealed_key)
                        VALUES (:job, :number, :certificate, :chain, :key)
                        """);
        material.forEach((number, sealed) ->
                rows.bind("job", job.value())
                        .bind("number", number)
                        .bind("certificate", sealed.certificate())
                        .bind("chain", sealed.chain())
                        .bind("key", sealed.key())
                        .add());
        rows.execute();
    }

    Optional<Sealed> find(Handle handle, Entry entry) {
        return handle.createQuery(
                        "SELECT * FROM saas_import WHERE job_id = :job AND number = :number")
                .bind("job", entry.job().value())
                .bind("number", entry.number())
                .map((row, _) ->
                        new Sealed(
                                row.getBytes("certificate"),
                                row.getBytes("chain"),
                                row.getBytes("sealed_key")))
                .findOne();
    }

    /// The private key in clear; the caller wipes it.
    byte[] open(Sealed sealed, Entry entry) {
        return vault.open(sealed.key(), place(entry.job(), entry.number()));
    }

    void erase(Handle handle, Collection<Entry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        PreparedBatch rows =
                handle.prepareBatch(
                        "DELETE FROM saas_import WHERE job_id = :job AND number = :number");
        for (Entry entry : entries) {
            rows.bind("job", entry.job().value()).bind("number", entry.number()).add();
        }
        rows.execute();
    }

    private static String place(JobId job, int number) {
        return KEY.contextOf(job.value(), number);
    }
}
