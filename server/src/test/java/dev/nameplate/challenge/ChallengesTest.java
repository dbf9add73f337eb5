package dev.nameplate.challenge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.db.Database;
import dev.nameplate.names.DomainName;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

final class ChallengesTest {
    private static final String TARGET = "_0a.abcdefghij.proof.nameplate.internal";
    private static final DomainName HOST = new DomainName("www.example.com");

    private final SettableClock clock = new SettableClock();
    private final Challenges challenges = new Challenges(clock);

    private void show(Database database, String owner, Challenge challenge) {
        database.write(write -> {
            challenges.show(write, owner, challenge);
            return owner;
        });
    }

    private void hide(Database database, String owner) {
        database.write(write -> {
            challenges.hide(write, owner);
            return owner;
        });
    }

    private List<String> texts(Database database, String target) {
        return database.read(handle -> challenges.texts(handle, target));
    }

    private Optional<String> http(Database database, String host, String token) {
        return database.read(handle -> challenges.http(handle, host, token));
    }

    private Optional<String> alpn(Database database, String host) {
        return database.read(handle -> challenges.alpn(handle, host));
    }

    private static int rows(Database database) {
        return database.read(handle ->
                handle.createQuery("SELECT COUNT(*) FROM challenge").mapTo(Integer.class).one());
    }

    @StoreTest
    void apexAndWildcardAreShownTogetherAndHiddenTogether(Database database) {
        show(database, "order-1", new Challenge.Text(TARGET, "apex"));
        show(database, "order-1", new Challenge.Text(TARGET, "wildcard"));
        show(database, "order-2", new Challenge.Text(TARGET, "another"));
        assertThat(texts(database, TARGET)).containsExactly("another", "apex", "wildcard");
        hide(database, "order-1");
        assertThat(texts(database, TARGET)).containsExactly("another");
        hide(database, "order-1");
        hide(database, "order-2");
        assertThat(texts(database, TARGET)).isEmpty();
    }

    @StoreTest
    void showingTheSameAgainChangesNothing(Database database) {
        for (int i = 0; i < 3; i++) {
            show(database, "order-1", new Challenge.Text(TARGET, "text"));
            show(database, "order-1", new Challenge.Http(HOST, "token", "token.print"));
            show(database, "order-1", new Challenge.Alpn(HOST, "token.print"));
        }
        assertThat(rows(database)).isEqualTo(3);
    }

    @StoreTest
    void whatTwoOrdersShowStandsUntilBothHideIt(Database database) {
        show(database, "order-1", new Challenge.Text(TARGET, "same"));
        show(database, "order-2", new Challenge.Text(TARGET, "same"));
        assertThat(texts(database, TARGET)).containsExactly("same");
        hide(database, "order-1");
        assertThat(texts(database, TARGET)).containsExactly("same");
    }

    @StoreTest
    void namesAreComparedWithoutCaseAndFinalDot(Database database) {
        show(database, "order-1", new Challenge.Text(TARGET.toUpperCase(Locale.ROOT) + ".", "x"));
        assertThat(texts(database, "_0A.AbcdefghiJ.proof.nameplate.internal."))
                .containsExactly("x");
        show(database, "order-1", new Challenge.Http(HOST, "Token", "Token.print"));
        assertThat(http(database, "WWW.example.com.", "Token")).contains("Token.print");
    }

    @StoreTest
    void aFileStandsUnderItsHostAndTokenAlone(Database database) {
        show(database, "order-1", new Challenge.Http(HOST, "token", "token.print"));
        show(database, "order-2", new Challenge.Http(HOST, "other", "other.print"));
        assertThat(http(database, "www.example.com", "token")).contains("token.print");
        assertThat(http(database, "www.example.com", "other")).contains("other.print");
        assertThat(http(database, "www.example.com", "TOKEN")).isEmpty();
        assertThat(http(database, "example.com", "token")).isEmpty();
        assertThat(http(database, "www.example.com", "")).isEmpty();
        assertThat(http(database, "www.example.com", "a/../token")).isEmpty();
        assertThat(alpn(database, "www.example.com")).isEmpty();
    }

    @StoreTest
    void ofTwoCertificatesTheLatestIsShown(Database database) {
        show(database, "order-1", new Challenge.Alpn(HOST, "first.print"));
        clock.advance(Duration.ofSeconds(1));
        show(database, "order-2", new Challenge.Alpn(HOST, "second.print"));
        assertThat(alpn(database, "www.example.com")).contains("second.print");
        hide(database, "order-2");
        assertThat(alpn(database, "www.example.com")).contains("first.print");
    }

    @StoreTest
    void whatIsCommittedIsSeenByEveryNodeAtOnce(TestStore store) {
        try (Database other = store.open()) {
            assertThat(texts(other, TARGET)).isEmpty();
            show(store.database(), "order-1", new Challenge.Text(TARGET, "text"));
            assertThat(texts(other, TARGET)).containsExactly("text");
            hide(store.database(), "order-1");
            assertThat(texts(other, TARGET)).isEmpty();
        }
    }

    @StoreTest
    void whatAnOrderThatNeverCameBackShowedEnds(Database database) {
        ChallengeRetention retention = new ChallengeRetention(database);
        show(database, "lost", new Challenge.Text(TARGET, "old"));
        show(database, "alive", new Challenge.Text(TARGET, "kept"));
        clock.advance(Challenges.LONGEST.minusSeconds(1));
        show(database, "alive", new Challenge.Text(TARGET, "kept"));
        assertThat(texts(database, TARGET)).containsExactly("kept", "old");
        Instant next = retention.advance(0, clock.instant()).orElseThrow();
        assertThat(rows(database)).isEqualTo(2);
        clock.advance(Duration.ofSeconds(1));
        assertThat(texts(database, TARGET)).containsExactly("kept");
        clock.set(next);
        assertThat(retention.advance(0, clock.instant()))
                .hasValueSatisfying(later -> assertThat(later).isAfter(next));
        assertThat(rows(database)).isEqualTo(1);
    }

    @Test
    void whatCannotBeShownIsRefused() {
        DomainName wildcard = new DomainName("*.example.com");
        assertThatThrownBy(() -> new Challenge.Http(wildcard, "token", "token.print"))
                .hasMessageContaining("in the DNS only");
        assertThatThrownBy(() -> new Challenge.Alpn(wildcard, "token.print"))
                .hasMessageContaining("in the DNS only");
        assertThatThrownBy(() -> new Challenge.Http(HOST, "../etc", "token.print"))
                .hasMessageContaining("base64url");
        assertThatThrownBy(() -> new Challenge.Http(HOST, "token", "token"))
                .hasMessageContaining("thumbprint");
        assertThatThrownBy(() -> new Challenge.Text(TARGET, "x".repeat(256)))
                .hasMessageContaining("255");
        assertThatThrownBy(() -> new Challenge.Text(TARGET, "a\nb"))
                .hasMessageContaining("printable");
    }
}
