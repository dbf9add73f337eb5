package dev.nameplate.api.saas;

import dev.nameplate.fuzz.Target;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;

/// A job sent as CSV: every line is an entry with known members or refused under its place, and a refusal quotes nothing.
public final class CsvTarget {
    private static final Pattern PLACE = Pattern.compile("line \\d+(, column \\d+)?");

    private CsvTarget() {}

    public static void fuzzerInitialize() {
        Target.CSV.warmUp();
    }

    public static void fuzzerTestOneInput(byte[] input) {
        try {
            CsvLines lines = new CsvLines(new ByteArrayInputStream(input));
            long least = 2;
            for (Optional<Lines.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
                String place = line.get().place();
                long number = Long.parseLong(place.substring("line ".length()));
                if (!PLACE.matcher(place).matches()
                        || number < least
                        || !line.get().entry().isObject()) {
                    throw new AssertionError("no entry: " + line.get());
                }
                least = number;
            }
        } catch (BadRequest refused) {
            BadRequest.Problem problem = refused.problems().getFirst();
            if (!PLACE.matcher(problem.field()).matches() || problem.message().length() > 200) {
                throw new AssertionError("a refusal without a place, or that quotes: " + problem);
            }
        } catch (IOException e) {
            throw new AssertionError("no input can fail to be read", e);
        }
    }
}
