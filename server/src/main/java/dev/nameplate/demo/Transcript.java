package dev.nameplate.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/// What the demo prints: steps, facts, checks with their times, progress bars. Colours and moving bars only on a terminal.
final class Transcript {
    private static final int BAR = 30;

    private final PrintStream out;
    private final boolean terminal;
    private final InstantSource clock;
    private final Instant start;
    private Instant stepStart;

    Transcript(PrintStream out, boolean terminal, InstantSource clock) {
        this.out = out;
        this.terminal = terminal;
        this.clock = clock;
        this.start = clock.instant();
        this.stepStart = start;
    }

    void title(String text) {
        out.println(colour("1", text));
    }

    void step(String number, String text) {
        stepStart = clock.instant();
        out.println();
        out.println(colour("1;36", number + "  " + text));
    }

    /// Something the user would do: the call in the words of its API.
    void call(String text) {
        out.println("   " + colour("33", "→ " + text));
    }

    void fact(String text) {
        out.println("     " + text);
    }

    /// Something that was verified, with the time since the step began.
    void check(String text) {
        out.printf(
                Locale.ROOT,
                "   %s %s %s%n",
                colour("32", "✔"),
                text,
                colour("2", "+" + seconds(Duration.between(stepStart, clock.instant()))));
    }

    void progress(String label, int done, int total) {
        int filled = total == 0 ? 0 : BAR * done / total;
        String bar =
                "   %s [%s%s] %d/%d"
                        .formatted(
                                label, "█".repeat(filled), "·".repeat(BAR - filled), done, total);
        if (terminal) {
            out.print("\r" + bar);
            if (done == total) {
                out.println();
            }
            out.flush();
        } else if (done == total) {
            out.println(bar);
        }
    }

    void failure(String text) {
        out.println();
        out.println(colour("1;31", "✘ " + text));
    }

    void end(String text) {
        out.println();
        out.println(
                colour("1;32", text)
                        + " "
                        + colour(
                                "2",
                                "(" + seconds(Duration.between(start, clock.instant())) + ")"));
    }

    void line(String text) {
        out.println(text);
    }

    private String colour(String code, String text) {
        return terminal ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }

    private static String seconds(Duration duration) {
        return "%.2f s".formatted(duration.toMillis() / 1000.0);
    }
}
