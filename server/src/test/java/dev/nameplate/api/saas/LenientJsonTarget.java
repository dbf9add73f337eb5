package dev.nameplate.api.saas;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.fuzz.Target;

/// The body of the original's door: what is read is written again, and then reads the same; a refusal quotes nothing, since it
/// may be a key.
public final class LenientJsonTarget {
    private LenientJsonTarget() {}

    public static void fuzzerInitialize() {
        Target.LENIENT_JSON.warmUp();
    }

    public static void fuzzerTestOneInput(byte[] input) {
        ObjectNode read;
        try {
            read = LenientJson.parse(input);
        } catch (BadRequest refused) {
            if (refused.summary().length() > 200) {
                throw new AssertionError("a refusal that quotes: " + refused.summary());
            }
            return;
        }
        if (!LenientJson.parse(LenientJson.bytes(read)).equals(read)) {
            throw new AssertionError("read differently the second time: " + read);
        }
    }
}
