package dev.nameplate.saas;

/// How far an entry has come, told by the step it takes next.
public enum EntryState {
    /// Its distribution is to be copied from the template.
    CLONE,
    /// Its certificate is to be requested or imported.
    CERTIFICATE,
    /// Its certificate waits to be issued.
    PROOF,
    /// Certificate and aliases are to be put on its distribution.
    BIND,
    /// The edge is to show the certificate for each name.
    VERIFY,
    DONE,
    FAILED;

    boolean ended() {
        return this == DONE || this == FAILED;
    }
}
