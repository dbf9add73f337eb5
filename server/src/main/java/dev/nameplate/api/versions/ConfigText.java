package dev.nameplate.api.versions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.algorithm.myers.MyersDiffWithLinearSpace;
import com.github.difflib.patch.AbstractDelta;
import com.github.difflib.patch.ChangeDelta;
import com.github.difflib.patch.Chunk;
import com.github.difflib.patch.Patch;

import dev.nameplate.distribution.ConfigVersion;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/// Configurations as people read them: a member a line, indented by four, as the original's exports are.
final class ConfigText {
    private static final int CONTEXT = 3;
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final DefaultIndenter INDENT = new DefaultIndenter("    ", "\n");
    private static final ObjectWriter PRETTY =
            MAPPER.writer(
                    new DefaultPrettyPrinter(
                                    Separators.createDefaultInstance()
                                            .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                                            .withObjectEmptySeparator("")
                                            .withArrayEmptySeparator(""))
                            .withObjectIndenter(INDENT)
                            .withArrayIndenter(INDENT));

    private ConfigText() {}

    static String pretty(ConfigVersion version) {
        try {
            JsonNode document = MAPPER.readTree(version.document());
            return PRETTY.writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("the store holds a damaged configuration", e);
        }
    }

    /// A unified diff in the form of `git diff`; empty if they say the same.
    static String diff(ConfigVersion from, ConfigVersion to) {
        List<String> before = pretty(from).lines().toList();
        List<String> after = pretty(to).lines().toList();
        Patch<String> patch = patch(before, after);
        if (patch.getDeltas().isEmpty()) {
            return "";
        }
        String a = "a/" + fileName(from);
        String b = "b/" + fileName(to);
        return "diff --git "
                + a
                + " "
                + b
                + "\n"
                + String.join(
                        "\n", UnifiedDiffUtils.generateUnifiedDiff(a, b, before, patch, CONTEXT))
                + "\n";
    }

    /// The algorithm that does not need memory by the square of what differs tells a changed line as one that is inserted and
    /// one that is deleted. What adjoins is made one change, which shows what is gone before what came.
    private static Patch<String> patch(List<String> before, List<String> after) {
        Patch<String> patch = new Patch<>();
        Optional<Change> open = Optional.empty();
        for (AbstractDelta<String> delta :
                DiffUtils.diff(before, after, new MyersDiffWithLinearSpace<String>()).getDeltas()) {
            Change next = Change.of(delta);
            if (open.isPresent() && open.get().adjoins(next)) {
                open = Optional.of(open.get().with(next));
            } else {
                open.ifPresent(change -> patch.addDelta(change.delta(before, after)));
                open = Optional.of(next);
            }
        }
        open.ifPresent(change -> patch.addDelta(change.delta(before, after)));
        return patch;
    }

    /// The lines from the first up to the second number became those from the third up to the fourth.
    private record Change(int from, int until, int newFrom, int newUntil) {
        static Change of(AbstractDelta<String> delta) {
            int from = delta.getSource().getPosition();
            int newFrom = delta.getTarget().getPosition();
            return new Change(
                    from,
                    from + delta.getSource().size(),
                    newFrom,
                    newFrom + delta.getTarget().size());
        }

        boolean adjoins(Change next) {
            return next.from() <= until && next.newFrom() <= newUntil;
        }

        Change with(Change next) {
            return new Change(
                    from,
                    Math.max(until, next.until()),
                    newFrom,
                    Math.max(newUntil, next.newUntil()));
        }

        AbstractDelta<String> delta(List<String> before, List<String> after) {
            return new ChangeDelta<>(
                    new Chunk<>(from, before.subList(from, until)),
                    new Chunk<>(newFrom, after.subList(newFrom, newUntil)));
        }
    }

    private static String fileName(ConfigVersion version) {
        return version.id() + "_" + version.number() + ".json";
    }
}
