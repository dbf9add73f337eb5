package dev.nameplate.tag;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.testkit.StoreTest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

final class TagsTest {
    private final Tags tags = new Tags();

    @StoreTest
    void tagsComeBackInTheOrderTheyWereAdded(Database database) {
        var added = new LinkedHashMap<String, String>();
        for (String key : List.of("zebra", "apple", "mango")) {
            added.put(key, key + "-value");
        }
        write(database, write -> tags.put(write, "certificate/1", added));
        write(
                database,
                write ->
                        tags.put(write, "certificate/1", Map.of("apple", "changed", "banana", "")));

        Map<String, String> read = database.read(handle -> tags.of(handle, "certificate/1"));

        assertThat(read)
                .containsExactly(
                        Map.entry("zebra", "zebra-value"),
                        Map.entry("apple", "changed"),
                        Map.entry("mango", "mango-value"),
                        Map.entry("banana", ""));
    }

    @StoreTest
    void removedTagsAreGone(Database database) {
        write(database, write -> tags.put(write, "domain/x", Map.of("a", "1", "b", "2")));
        write(database, write -> tags.put(write, "domain/y", Map.of("a", "1")));
        write(database, write -> tags.remove(write, "domain/x", List.of("a", "unknown")));
        write(database, write -> tags.removeAll(write, "domain/y"));

        Map<String, String> ofX = database.read(handle -> tags.of(handle, "domain/x"));
        Map<String, String> ofY = database.read(handle -> tags.of(handle, "domain/y"));
        assertThat(ofX).containsOnlyKeys("b");
        assertThat(ofY).isEmpty();
    }

    private static void write(Database database, Consumer<Write> work) {
        database.write(write -> {
            work.accept(write);
            return true;
        });
    }
}
