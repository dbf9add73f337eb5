package dev.nameplate.config;

import java.util.List;

/// The configuration cannot be used; the message names every key that is wrong and the remedy.
public final class InvalidSettings extends RuntimeException {
    InvalidSettings(List<String> problems) {
        super(String.join("\n", problems));
    }
}
