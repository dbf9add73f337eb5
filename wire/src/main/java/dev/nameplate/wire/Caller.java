package dev.nameplate.wire;

/// Who signed the request, and the Region the signature's scope names. `aws-global` arrives here as
/// `us-east-1`, the Region global services keep their resources in.
public record Caller(String account, String accessKeyId, String region) {}
