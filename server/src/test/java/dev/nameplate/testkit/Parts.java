package dev.nameplate.testkit;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.opentest4j.TestAbortedException;

/// Real parts a test needs and a machine may lack.
public final class Parts {
    private Parts() {}

    /// For an [org.junit.jupiter.api.extension.ExecutionCondition]: a failure where parts are required, a skip elsewhere.
    static ConditionEvaluationResult disabled(String part) {
        try {
            absent(part);
            return ConditionEvaluationResult.enabled(part);
        } catch (TestAbortedException skipped) {
            return ConditionEvaluationResult.disabled(skipped.getMessage());
        }
    }

    /// Ends the test: as a failure where parts are required, as a skip elsewhere.
    public static void absent(String part) {
        if ("required".equals(System.getProperty("nameplate.parts"))) {
            Assertions.fail(
                    part + " is required (nameplate.parts=required) and not on this machine");
        }
        System.err.println("SKIPPED: a test needs " + part + ", which is not on this machine");
        throw new TestAbortedException(part + " is not on this machine");
    }
}
