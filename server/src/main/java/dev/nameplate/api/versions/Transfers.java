package dev.nameplate.api.versions;

import dev.nameplate.db.Write;
import dev.nameplate.distribution.ConfigDoor;
import dev.nameplate.distribution.ConfigVersion;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.Provenance;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Applies a version's configuration to the distributions that a call names: to all of them or to none. It is one transaction, so
/// neither a refusal nor a crash leaves a part of it; and each target's former version stays, to be applied again.
record Transfers(Archive archive) {
    static final String SOURCE = "src_distribution_id";
    static final String TARGETS = "target_distribution_ids";

    /// Ours. The original always copies them, which collides as soon as two distributions would have the same alias.
    private static final String COPY_NAMES = "copy_aliases_and_certificate";

    private static final String DOOR = "snapshots";

    /// @param description of what is applied: the note of each version that is made
    record Source(Distribution distribution, ConfigVersion version, String description) {}

    /// Finds what to apply in the transaction that applies it.
    @FunctionalInterface
    interface Choice {
        Source of(Write write, Distribution distribution);
    }

    /// What else is to be written about a target that now says what was applied.
    @FunctionalInterface
    interface Sequel {
        void after(Write write, Distribution target);
    }

    /// @throws BadCall naming every target that cannot take it up
    void apply(Call call, Choice choice, Sequel sequel) {
        ConfigDoor.Names names =
                call.flag(COPY_NAMES) ? ConfigDoor.Names.DOCUMENTS : ConfigDoor.Names.TARGETS;
        List<String> ids = call.targets(TARGETS);
        archive.write(write -> {
            Source source = choice.of(write, archive.distribution(write.handle(), call, SOURCE));
            List<Distribution> targets = targets(write, call, ids);
            List<BadCall.Problem> problems = new ArrayList<>();
            for (int i = 0; i < targets.size(); i++) {
                Distribution target = targets.get(i);
                try {
                    take(write, target, source, names);
                    sequel.after(write, target);
                } catch (ConfigDoor.Refused refused) {
                    problems.add(
                            new BadCall.Problem(
                                    TARGETS + "[" + i + "]",
                                    "distribution %s cannot take it up, so nothing was changed: %s"
                                            .formatted(target.id(), refused.getMessage())));
                }
            }
            if (!problems.isEmpty()) {
                throw new BadCall(problems); // takes back what was written for the others
            }
            return targets.size();
        });
    }

    private void take(Write write, Distribution target, Source source, ConfigDoor.Names names) {
        archive.versions()
                .apply(
                        write,
                        target,
                        source.version(),
                        source.distribution().kind(),
                        names,
                        new Provenance(DOOR, source.description()));
    }

    private List<Distribution> targets(Write write, Call call, List<String> ids) {
        List<Distribution> targets = new ArrayList<>();
        List<BadCall.Problem> problems = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            Optional<Distribution> found =
                    archive.distribution(write.handle(), call.account(), ids.get(i));
            if (found.isPresent()) {
                targets.add(found.get());
            } else {
                problems.add(
                        new BadCall.Problem(
                                TARGETS + "[" + i + "]", Archive.noDistribution(ids.get(i))));
            }
        }
        if (!problems.isEmpty()) {
            throw new BadCall(problems);
        }
        return targets;
    }
}
