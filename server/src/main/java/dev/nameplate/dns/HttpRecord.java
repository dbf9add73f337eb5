package dev.nameplate.dns;

import java.net.URI;

/// What the web server of a name must show where its owner cannot or will not touch the DNS: under `redirectFrom`, a redirect to
/// `redirectTo`, or the text that stands there.
public record HttpRecord(URI redirectFrom, URI redirectTo) {
    private static final String END = ".txt";

    public HttpRecord {
        if (!redirectTo.getPath().endsWith(END)) {
            throw new IllegalArgumentException(redirectTo + " does not end with " + END);
        }
    }

    /// It cannot be told from `redirectFrom`, so a server that answers everything with what it is asked does not prove a name.
    public String content() {
        String path = redirectTo.getPath();
        return path.substring(path.lastIndexOf('/') + 1, path.length() - END.length());
    }
}
