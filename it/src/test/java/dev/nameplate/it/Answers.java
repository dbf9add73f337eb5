package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;

/// Reads JSON answers, and waits for one.
final class Answers {
    static final Duration LIMIT = Duration.ofSeconds(90);

    private Answers() {}

    @FunctionalInterface
    interface Look {
        JsonNode look();
    }

    static JsonNode await(String what, Look look, Predicate<JsonNode> wanted) {
        AtomicReference<JsonNode> last = new AtomicReference<>();
        Await.until(
                LIMIT,
                what,
                () -> {
                    last.set(look.look());
                    return wanted.test(last.get());
                });
        return last.get();
    }

    static JsonNode one(JsonNode list, Predicate<JsonNode> wanted) {
        List<JsonNode> found =
                StreamSupport.stream(list.spliterator(), false).filter(wanted).toList();
        assertThat(found).as("of %s", list).hasSize(1);
        return found.getFirst();
    }

    static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
    }

    static List<String> texts(JsonNode list, String member) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(each -> each.path(member).asText())
                .toList();
    }
}
