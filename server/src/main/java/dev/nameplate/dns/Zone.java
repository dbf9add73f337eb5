package dev.nameplate.dns;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;

import java.time.Instant;
import java.util.UUID;

/// A DNS zone hosted here.
public record Zone(UUID id, DomainName name, AccountId account, Instant createdAt) {}
