package dev.nameplate.saas;

/// A DNS record that proves a name, to be set by the owner of the domain and left there for renewals.
public record WantedRecord(String name, String type, String value) {}
