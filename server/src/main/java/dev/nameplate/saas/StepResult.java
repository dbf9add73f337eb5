package dev.nameplate.saas;

/// What a step made of an entry.
record StepResult(Entry before, Progress after) {}
