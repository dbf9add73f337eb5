package dev.nameplate.identity;

import dev.nameplate.names.AccountId;

import java.time.Instant;

/// An AWS-style access key without its secret.
public record AccessKey(String id, AccountId account, Instant createdAt) {}
