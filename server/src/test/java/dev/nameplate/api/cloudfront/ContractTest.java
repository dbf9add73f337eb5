package dev.nameplate.api.cloudfront;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nameplate.testkit.TestStore;
import dev.nameplate.wire.model.ServiceModel;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontException;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Every error that the SDK documents for an operation offered here is either brought about through the wire by [ContractWalk],
/// typed by the SDK, or told in `contract/cloudfront.txt` with the reason why this server never answers it.
final class ContractTest {
    private static final String EVERY = "*";
    private static final String NEVER = "never: ";

    @TestFactory
    List<DynamicTest> everyDocumentedErrorIsShownOrExplained() {
        Map<String, Set<String>> documented = documented();
        Map<ContractWalk.Pair, String> table = table();
        Map<ContractWalk.Pair, CloudFrontException> seen;
        try (TestStore store = TestStore.sqlite()) {
            seen = new ContractWalk(store.database()).all();
        }
        List<DynamicTest> tests = new ArrayList<>();
        tests.add(
                DynamicTest.dynamicTest(
                        "the table has the documented errors and no other",
                        () ->
                                assertThat(table.keySet())
                                        .filteredOn(pair ->
                                                !pair.operation().equals(EVERY)
                                                        && !pair.error().equals(EVERY))
                                        .allSatisfy(pair ->
                                                assertThat(documented.get(pair.operation()))
                                                        .as(pair.operation())
                                                        .contains(pair.error()))));
        tests.add(
                DynamicTest.dynamicTest(
                        "what is shown is documented",
                        () ->
                                assertThat(seen.keySet())
                                        .allSatisfy(pair ->
                                                assertThat(documented.get(pair.operation()))
                                                        .as(pair.operation())
                                                        .contains(pair.error()))));
        ServiceModel model = ServiceModel.load("cloudfront");
        documented.forEach((operation, errors) ->
                tests.add(
                        DynamicTest.dynamicTest(
                                operation,
                                () ->
                                        assertThat(errors)
                                                .allSatisfy(error ->
                                                        judge(
                                                                new ContractWalk.Pair(
                                                                        operation, error),
                                                                table,
                                                                seen,
                                                                model)))));
        return tests;
    }

    private static void judge(
            ContractWalk.Pair pair,
            Map<ContractWalk.Pair, String> table,
            Map<ContractWalk.Pair, CloudFrontException> seen,
            ServiceModel model) {
        String row =
                Stream.of(
                                pair,
                                new ContractWalk.Pair(pair.operation(), EVERY),
                                new ContractWalk.Pair(EVERY, pair.error()))
                        .map(table::get)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse("");
        if (row.startsWith(NEVER)) {
            assertThat(row.substring(NEVER.length())).isNotBlank();
            assertThat(seen).doesNotContainKey(pair);
            return;
        }
        assertThat(row).as("the row of %s", pair).isNotBlank();
        CloudFrontException shown =
                Optional.ofNullable(seen.get(pair))
                        .orElseThrow(() -> new AssertionError(pair + " was not brought about"));
        assertThat(shown.awsErrorDetails().errorCode())
                .as("the code of %s", pair)
                .isEqualToIgnoringCase(pair.error());
        assertThat(shown.statusCode())
                .as("the status of %s", pair)
                .isEqualTo(model.error(shown.getClass()).orElseThrow().status());
        assertThat(shown.requestId()).isNotBlank();
        assertThat(Stream.of(row.split("\\s*…\\s*")))
                .as("%s", pair)
                .allSatisfy(words ->
                        assertThat(shown.awsErrorDetails().errorMessage()).contains(words));
    }

    /// By operation, from what each of the SDK's methods says it throws.
    private static Map<String, Set<String>> documented() {
        Map<String, Set<String>> documented = new TreeMap<>();
        Stream.of(CloudFrontApi.class.getInterfaces())
                .flatMap(family -> Arrays.stream(family.getDeclaredMethods()))
                .filter(method ->
                        method.getParameterCount() == 1
                                && method.getParameterTypes()[0]
                                        .getSimpleName()
                                        .endsWith("Request"))
                .forEach(method -> documented.put(operation(method), errors(method)));
        return documented;
    }

    private static String operation(Method method) {
        String request = method.getParameterTypes()[0].getSimpleName();
        return request.substring(0, request.length() - "Request".length());
    }

    private static Set<String> errors(Method offered) {
        try {
            Method described =
                    CloudFrontClient.class.getMethod(
                            offered.getName(), offered.getParameterTypes());
            Set<String> errors = new TreeSet<>();
            for (Class<?> type : described.getExceptionTypes()) {
                if (CloudFrontException.class.isAssignableFrom(type)
                        && type != CloudFrontException.class) {
                    errors.add(ContractWalk.error(type));
                }
            }
            return errors;
        } catch (NoSuchMethodException e) {
            throw new AssertionError("the SDK has no " + offered.getName(), e);
        }
    }

    private static Map<ContractWalk.Pair, String> table() {
        Map<ContractWalk.Pair, String> table = new HashMap<>();
        try (InputStream in =
                Objects.requireNonNull(
                        ContractTest.class.getResourceAsStream("/contract/cloudfront.txt"))) {
            new String(in.readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split("\\s*\\|\\s*", 3))
                    .forEach(fields ->
                            table.put(new ContractWalk.Pair(fields[0], fields[1]), fields[2]));
            return table;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
