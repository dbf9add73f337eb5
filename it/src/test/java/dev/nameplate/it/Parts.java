package dev.nameplate.it;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The real parts a test needs. An absent one is told loudly and skips the test, or fails it where parts are required.
final class Parts {
    private Parts() {}

    static void need(String name, String... probe) {
        if (works(probe)) {
            return;
        }
        absent(name, "`" + String.join(" ", probe) + "` does not run");
    }

    static void absent(String name, String why) {
        String message = "SKIPPED, " + name + " is not on this machine: " + why;
        if (System.getProperty("nameplate.parts", "skip").equals("required")) {
            Assertions.fail(message);
        }
        System.err.println(message);
        Assumptions.abort(message);
    }

    private static boolean works(String... probe) {
        try {
            Process process =
                    new ProcessBuilder(List.of(probe))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
