package dev.nameplate.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.edge.config.Selection;

import org.junit.jupiter.api.Test;

final class PartsTest {
    private static Parts of(Selection headers, Selection cookies, Selection queries) {
        return Parts.anyOf(new RequestParts(headers, cookies, queries));
    }

    @Test
    void queryParametersKeepOrderCaseAndEncoding() {
        Parts parts = of(Selection.NONE, Selection.NONE, Selection.only("b", "A"));
        assertThat(parts.query("b=2&a=1&A=%20&b&c=3")).isEqualTo("b=2&A=%20&b");
        assertThat(parts.query("")).isEmpty();
        assertThat(of(Selection.NONE, Selection.NONE, Selection.ALL).query("x&&y"))
                .isEqualTo("x&&y");
        assertThat(of(Selection.NONE, Selection.NONE, Selection.allExcept("x")).query("x=1&y=2"))
                .isEqualTo("y=2");
    }

    @Test
    void cookiesAreChosenByName() {
        Parts parts = of(Selection.NONE, Selection.only("id"), Selection.NONE);
        assertThat(parts.cookies("a=1; id=2;id2=3")).isEqualTo("id=2");
        assertThat(parts.includesCookies()).isTrue();
        assertThat(Parts.anyOf(RequestParts.NONE).includesCookies()).isFalse();
    }

    @Test
    void headerNamesIgnoreCase() {
        Parts parts = of(Selection.only("Accept-Language"), Selection.NONE, Selection.NONE);
        assertThat(parts.includesHeader("accept-language")).isTrue();
        assertThat(parts.includesHeader("accept")).isFalse();
        assertThat(parts.listedHeaders()).containsExactly("accept-language");
    }

    @Test
    void twoChoicesIncludeWhatEitherDoes() {
        Parts parts =
                Parts.anyOf(
                        new RequestParts(Selection.only("a"), Selection.NONE, Selection.only("x")),
                        new RequestParts(Selection.NONE, Selection.ALL, Selection.only("y")));
        assertThat(parts.includesHeader("a")).isTrue();
        assertThat(parts.query("x=1&y=2&z=3")).isEqualTo("x=1&y=2");
        assertThat(parts.cookies("any=1")).isEqualTo("any=1");
    }
}
