package dev.nameplate.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class HeadersTest {

    @Test
    void namesHaveNoCaseAndValuesKeepTheirOrder() {
        Headers headers = Headers.of("X-One", "b", "Two", "c", "x-one", "a");

        assertThat(headers.all("X-ONE")).containsExactly("b", "a");
        assertThat(headers.first("two")).contains("c");
        assertThat(headers.has("three")).isFalse();
        assertThat(headers.asMap()).containsOnlyKeys("x-one", "two");
    }

    @Test
    void withReplaces() {
        Headers headers = Headers.of("One", "a");

        assertThat(headers.with("one", "b").all("One")).containsExactly("b");
        assertThat(headers.all("One")).containsExactly("a");
    }

    @Test
    void fieldsAreWrittenAsFirstSpelt() {
        List<String> written = new ArrayList<>();
        Headers.of("x-amzn-RequestId", "1", "Date", "2")
                .forEach((name, value) -> written.add(name + ": " + value));

        assertThat(written).containsExactly("x-amzn-RequestId: 1", "Date: 2");
    }

    @Test
    void secretsAreNotPrinted() {
        assertThat(Headers.of("Authorization", "secret").toString()).doesNotContain("secret");
        assertThat(Clients.CREDENTIAL.toString())
                .contains("AKIDEXAMPLE")
                .doesNotContain(Clients.CREDENTIAL.secretAccessKey());
    }
}
