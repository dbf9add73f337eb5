package dev.nameplate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.testkit.TestStore;
import dev.nameplate.vault.SealedColumn;
import dev.nameplate.vault.SealedStore;

import org.junit.jupiter.api.Test;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// A rotation of the master key must reach every sealed value: a column of bytes is either walked by it or known to hold no secret.
final class SealedColumnsTest {
    private static final Set<String> PLAIN =
            Set.of(
                    "authority.certificate",
                    "ca_certificate.certificate",
                    "certificate_candidate.chain",
                    "certificate_material.chain",
                    "certificate_spare.chain",
                    "crl.der",
                    "dns_entry.place",
                    "dns_required.place",
                    "enrolment_certificate.chain",
                    "enrolment_order.csr",
                    "import_fingerprint.root",
                    "intermediate_pool.certificate",
                    "issued_leaf.leaf",
                    "saas_import.certificate",
                    "saas_import.chain",
                    "scheduled_tasks.task_data");

    @Test
    void everyColumnOfBytesIsWalkedByARotationOrHoldsNoSecret() {
        try (TestStore store = TestStore.sqlite()) {
            Set<String> found =
                    store.database()
                            .read(handle ->
                                    new TreeSet<>(
                                            handle.createQuery(
                                                            "SELECT m.name || '.' || c.name FROM sqlite_schema m, pragma_table_info(m.name) c"
                                                                    + " WHERE m.type = 'table' AND upper(c.type) IN ('BYTEA', 'BLOB')")
                                                    .mapTo(String.class)
                                                    .list()));
            Set<String> sealed =
                    new SealedStore(store.database(), Store.SEALED)
                            .columns().stream()
                                    .map(column -> column.table() + "." + column.column())
                                    .collect(Collectors.toCollection(TreeSet::new));

            assertThat(sealed).isSubsetOf(found);
            found.removeAll(sealed);
            found.removeAll(PLAIN);
            assertThat(found)
                    .as(
                            "a sealed column goes into its feature's list of SEALED, any other into this test's list")
                    .isEmpty();
        }
    }

    @Test
    void aSealedColumnIsNamedByItsPrimaryKey() {
        try (TestStore store = TestStore.sqlite()) {
            for (SealedColumn column : new SealedStore(store.database(), Store.SEALED).columns()) {
                Set<String> primary =
                        store.database()
                                .read(handle ->
                                        new TreeSet<>(
                                                handle.createQuery(
                                                                "SELECT name FROM pragma_table_info(:table) WHERE pk > 0")
                                                        .bind("table", column.table())
                                                        .mapTo(String.class)
                                                        .list()));
                assertThat(primary).isEqualTo(new TreeSet<>(column.keys()));
            }
        }
    }
}
