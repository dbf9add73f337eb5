package dev.nameplate.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.db.Database;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestVault;
import dev.nameplate.vault.Vault;

import org.jdbi.v3.core.Handle;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What is counted over all certificates is read out of an index made for it, on either store.
final class FigurePlansTest {
    private final SettableClock clock = new SettableClock();
    private final Vault vault = TestVault.open();
    private final StandInIssuer first =
            new StandInIssuer(clock, "first", Issuer.ProofForm.ACM_RECORD);
    private final StandInIssuer second =
            new StandInIssuer(clock, "second", Issuer.ProofForm.ACM_RECORD);

    private Scene scene(Database database, StandInIssuer... others) {
        Scene scene = new Scene(database, clock, vault, List.of(first), List.of(others));
        scene.lookup.showsEverything = true;
        scene.jobs.add(scene.sparesOn(database));
        return scene;
    }

    /// How the engine carries a query out. PostgreSQL would read a table of some rows as a whole.
    private static String plan(Database database, String sql) {
        boolean sqlite = database.dialect() == Database.Dialect.SQLITE;
        return database.write(write -> {
            Handle handle = write.handle();
            if (!sqlite) {
                handle.execute("SET LOCAL enable_seqscan = off");
                handle.execute("SET LOCAL enable_bitmapscan = off");
            }
            String values =
                    sql.replace(":now", "1").replace(":after", "''").replace(":limit", "500");
            return String.join(
                    "\n",
                    handle.createQuery((sqlite ? "EXPLAIN QUERY PLAN " : "EXPLAIN ") + values)
                            .map((rs, _) -> rs.getString(sqlite ? "detail" : "QUERY PLAN"))
                            .list());
        });
    }

    private static void assertIndexAlone(Database database, String sql, String index) {
        String words =
                database.dialect() == Database.Dialect.SQLITE
                        ? "USING COVERING INDEX " + index
                        : "Index Only Scan using " + index + " ";
        assertThat(plan(database, sql)).contains(words);
    }

    @StoreTest
    void figuresAreCountedInIndexesAlone(Database database) {
        assertIndexAlone(database, IssuerFigures.COUNT, "certificate_by_issuer");
        assertIndexAlone(database, RenewalFigures.COUNT, "certificate_renewal_by_status");
        assertIndexAlone(database, SpareRows.READY, "certificate_spare_ready");
        assertIndexAlone(database, SpareRows.MISSING, "certificate_spare_missing");
        assertThat(plan(database, RenewalFigures.SOONEST_END))
                .contains("certificate_by_end")
                .doesNotContainIgnoringCase("sort")
                .doesNotContain("TEMP B-TREE");
    }

    @StoreTest
    void theCountsAreThoseOfTheRows(Database database) {
        Scene scene = scene(database, second);
        Certificate ready = used(scene, "ready.example.com");
        second.answer = _ -> new Issuer.Answer.Unavailable("down");
        used(scene, "asked.example.com");
        Certificate rests = used(scene, "rests.example.com");
        database.write(write -> {
            scene.certificates.spares().choose(write, rests, Optional.of(List.of()));
            return rests;
        });
        scene.jobs.tick();
        scene.imported("imported.example.com");
        assertThat(database.<Map<Spare.State, Long>>read(Spares::counts))
                .isEqualTo(
                        Map.of(
                                Spare.State.READY, 1L,
                                Spare.State.ASKED_FOR, 1L,
                                Spare.State.RESTING, 1L));
        assertThat(database.<Map<IssuerName, IssuerFigures>>read(IssuerFigures::read))
                .isEqualTo(Map.of(first.name(), new IssuerFigures(3, 3, 3)));
        assertThat(
                        database.<Optional<Instant>>read(
                                h -> RenewalFigures.read(h, clock.instant()).soonestEnd()))
                .contains(((State.Issued) scene.now(ready).state()).notAfter());
    }

    private static Certificate used(Scene scene, String name) {
        Certificate asked = scene.request(name);
        scene.jobs.tick();
        scene.use(asked, "distribution/" + name);
        scene.jobs.tick();
        return scene.now(asked);
    }

    @StoreTest
    void aStartReadsOnlyUsesThatNobodyThoughtOfASpareFor(Database database) {
        assertIndexAlone(database, SpareRows.OPEN_USES, "certificate_use_spare_open");
        Certificate before = used(scene(database), "before.example.com");
        assertThat(open(database)).containsExactly(before.id().toString());
        Scene scene = scene(database, second);
        scene.jobs.tick();
        assertThat(
                        database.<Optional<Spare>>read(
                                h -> scene.certificates.spares().of(h, before.id())))
                .flatMap(Spare::ready)
                .isPresent();
        used(scene, "after.example.com");
        assertThat(open(database)).isEmpty();
    }

    private static List<String> open(Database database) {
        return database.read(handle -> SpareRows.openUses(handle, "", 10));
    }
}
