package dev.nameplate.saas;

/// What a step made of an entry.
public record StepResult(Entry before, Progress after) {}
