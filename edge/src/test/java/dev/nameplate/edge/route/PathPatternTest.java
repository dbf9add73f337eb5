package dev.nameplate.edge.route;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PathPatternTest {
    @ParameterizedTest
    @CsvSource({
        "*, /anything, true",
        "/a*, /a, true",
        "/a*, /abc/d, true",
        "/a*, /b, false",
        "a/*.jpg, /a/x.jpg, true",
        "*.jpg, /a/b/x.jpg, true",
        "*.jpg, /a/b/x.JPG, false",
        "*.jpg, /x.jpg.txt, false",
        "/a?c, /abc, true",
        "/a?c, /ac, false",
        "/a?c, /abbc, false",
        "/*/x/*, /1/x/2, true",
        "/*/x/*, /1/y/x/2, true",
        "/*a*b*c, /xaxbxc, true",
        "/*a*b*c, /xaxcxb, false",
        "/exact, /exact, true",
        "/exact, /exact/, false",
        "/**, /, true",
    })
    void starIsAnyRunAndQuestionMarkIsOneCharacter(String pattern, String path, boolean matches) {
        assertThat(new PathPattern(pattern).matches(path)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "/a/b, /a/b",
        "/a/../b, /b",
        "/a/./b, /a/b",
        "/../../b, /b",
        "/a/%2e%2E/b, /b",
        "/a/.., /",
        "/a/b/.., /a/",
        "/a/..b, /a/..b",
        "/a/.hidden, /a/.hidden",
        "/a//b, /a//b",
    })
    void dotSegmentsAreResolvedBeforeMatching(String path, String normalised) {
        assertThat(Paths.normalised(path)).isEqualTo(normalised);
    }

    @Test
    void manyStarsAreMatchedWithoutExponentialWork() {
        String path = "/" + "a".repeat(5_000);
        assertThat(new PathPattern("/" + "*a".repeat(100) + "*b").matches(path)).isFalse();
    }
}
