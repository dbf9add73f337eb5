package dev.nameplate.saas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

class SharedWildcardsTest {
    private static final Optional<Integer> OWN = Optional.empty();

    private static List<Optional<Integer>> shared(String... entries) {
        return SharedWildcards.of(Arrays.stream(entries).map(SaasScene::names).toList());
    }

    @Test
    void aWildcardCoversEntriesBeforeAndAfterIt() {
        assertThat(shared("a.example.com", "*.example.com", "b.example.com"))
                .containsExactly(Optional.of(1), OWN, Optional.of(1));
    }

    @Test
    void aWildcardStandsForOneLabel() {
        assertThat(shared("*.example.com", "a.b.example.com", "example.com"))
                .containsExactly(OWN, OWN, OWN);
    }

    @Test
    void aNameThatOnlyEndsAlikeIsNotCovered() {
        assertThat(shared("*.example.com", "a.example.com.evil.net", "a.badexample.com"))
                .containsExactly(OWN, OWN, OWN);
    }

    @Test
    void everyNameOfAnEntryMustBeCovered() {
        assertThat(
                        shared(
                                "*.example.com example.com",
                                "example.com a.example.com",
                                "a.example.com other.net"))
                .containsExactly(OWN, Optional.of(0), OWN);
    }

    @Test
    void entriesWithAWildcardNeverShare() {
        assertThat(shared("*.example.com", "*.example.com a.example.com"))
                .containsExactly(OWN, OWN);
    }
}
