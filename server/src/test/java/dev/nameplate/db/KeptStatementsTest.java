package dev.nameplate.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.testkit.StoreTest;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

import java.util.List;

final class KeptStatementsTest {
    private static final String INSERT =
            "INSERT INTO api_key (digest, account, created_at) VALUES (:digest, :account, 1)";
    private static final String SELECT = "SELECT account FROM api_key WHERE digest = :digest";

    private static int insert(Handle handle, String digest) {
        return handle.createUpdate(INSERT).bind("digest", digest).bind("account", "a").execute();
    }

    @StoreTest
    void aStatementThatFailedCanBeUsedAgain(Database database) {
        database.write(write -> insert(write.handle(), "one"));
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> database.write(write -> insert(write.handle(), "one")))
                    .hasMessageContaining("api_key");
        }
        int inserted = database.write(write -> insert(write.handle(), "two"));
        assertThat(inserted).isEqualTo(1);
    }

    @StoreTest
    void aValueDoesNotReachTheNextUse(Database database) {
        database.write(write -> insert(write.handle(), "one"));
        assertThatThrownBy(() ->
                        database.write(write ->
                                write.handle().createUpdate(INSERT).bind("digest", "x").execute()))
                .hasMessageContaining("account");
        database.write(write -> {
            PreparedBatch batch = write.handle().prepareBatch(INSERT);
            batch.bind("digest", "two").bind("account", "b").add();
            batch.bind("digest", "three").bind("account", "c").add();
            return batch.execute().length;
        });
        database.write(write -> insert(write.handle(), "four"));
        List<String> all =
                database.read(handle ->
                        handle.createQuery("SELECT digest FROM api_key ORDER BY digest")
                                .mapTo(String.class)
                                .list());
        assertThat(all).containsExactly("four", "one", "three", "two");
    }

    @StoreTest
    void theSameTextMayRunInsideItself(Database database) {
        database.write(write -> insert(write.handle(), "one") + insert(write.handle(), "two"));
        List<String> seen =
                database.read(handle ->
                        handle.createQuery(SELECT)
                                .bind("digest", "one")
                                .map((row, _) ->
                                        row.getString(1)
                                                + handle.createQuery(SELECT)
                                                        .bind("digest", "two")
                                                        .mapTo(String.class)
                                                        .one())
                                .list());
        assertThat(seen).containsExactly("aa");
    }
}
