package dev.nameplate.saas;

import dev.nameplate.db.Write;
import dev.nameplate.names.AccountId;

import java.time.Instant;
import java.util.List;

/// Told how jobs go on, in the unit of work that records it: nothing but the handle it is given may be touched.
public interface JobWatch {
    /// Watches nothing.
    JobWatch NONE =
            new JobWatch() {
                @Override
                public boolean wants(Write write, AccountId account) {
                    return false;
                }

                @Override
                public void wentOn(
                        Write write, AccountId account, List<StepResult> steps, Instant now) {}

                @Override
                public void ended(Write write, AccountId account, JobSummary job, Instant now) {}
            };

    /// Whether the rest is of any use.
    boolean wants(Write write, AccountId account);

    /// @param steps of the account's entries; a step may have left an entry where it was
    void wentOn(Write write, AccountId account, List<StepResult> steps, Instant now);

    /// No entry of the job has a step before it. May come again, after a retry or a roll-back.
    void ended(Write write, AccountId account, JobSummary job, Instant now);
}
