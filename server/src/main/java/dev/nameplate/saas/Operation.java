package dev.nameplate.saas;

/// What a job does to get its certificates.
public enum Operation {
    CREATE,
    IMPORT
}
