package dev.nameplate.testkit;

import dev.nameplate.db.Database;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

import java.util.List;
import java.util.stream.Stream;

/// One run of a [StoreTest] for each dialect.
final class StoreRuns implements TestTemplateInvocationContextProvider {
    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return true;
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
            ExtensionContext context) {
        return Stream.of(Database.Dialect.values()).map(Run::new);
    }

    private record Run(Database.Dialect dialect) implements TestTemplateInvocationContext {
        @Override
        public String getDisplayName(int invocationIndex) {
            return dialect.name();
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new Available(dialect), new StoreParameter(dialect));
        }
    }

    private record Available(Database.Dialect dialect) implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return switch (dialect) {
                case SQLITE -> ConditionEvaluationResult.enabled("part of the build");
                case POSTGRESQL ->
                        PostgresCluster.binaries().isPresent()
                                ? ConditionEvaluationResult.enabled("found")
                                : Parts.disabled("PostgreSQL");
            };
        }
    }

    private record StoreParameter(Database.Dialect dialect) implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            Class<?> type = parameter.getParameter().getType();
            return type == TestStore.class || type == Database.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            // Closed by JUnit, as the extension context's stored AutoCloseable, when the run ends.
            TestStore store =
                    context.getStore(ExtensionContext.Namespace.create(StoreRuns.class))
                            .computeIfAbsent(
                                    TestStore.class,
                                    _ -> TestStore.fresh(dialect),
                                    TestStore.class);
            return parameter.getParameter().getType() == TestStore.class ? store : store.database();
        }
    }
}
