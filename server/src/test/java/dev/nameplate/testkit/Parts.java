package dev.nameplate.testkit;

import org.junit.jupiter.api.Assertions;
import org.opentest4j.TestAbortedException;

/// Real parts a test needs and a machine may lack.
public final class Parts {
    private Parts() {}

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
