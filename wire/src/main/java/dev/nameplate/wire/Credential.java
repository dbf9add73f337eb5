package dev.nameplate.wire;

/// A long-lived access key and the account it speaks for.
public record Credential(String account, String accessKeyId, String secretAccessKey) {

    @Override
    public String toString() {
        return "Credential[account=" + account + ", accessKeyId=" + accessKeyId + "]";
    }
}
