package dev.nameplate.saas;

/// How fast a job's entries were done, from the first that was to the last; with their waiting for proofs.
///
/// @param entries that were done
public record Pace(JobId job, int entries, double perSecond) {}
