package dev.nameplate.vault;

import java.util.HexFormat;

/// Names a master key without telling anything of it: eight bytes derived from the key, in hex.
public record KeyId(String hex) {
    static final int LENGTH = 8;

    public KeyId {
        if (!hex.matches("[0-9a-f]{16}")) {
            throw new IllegalArgumentException("'" + hex + "' does not name a master key");
        }
    }

    static KeyId of(byte[] bytes) {
        return new KeyId(HexFormat.of().formatHex(bytes));
    }

    byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
