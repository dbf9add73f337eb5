package dev.nameplate.saas;

/// How far an entry has come, told by the step it takes next.
public enum EntryState {
    /// Its names are to be free and its template usable: what fails here leaves nothing behind.
    VALIDATE,
    /// Its distribution is to be copied from the template.
    CLONE,
    /// Its certificate is to be requested or imported.
    CERTIFICATE,
    /// Its certificate waits to be issued.
    PROOF,
    /// Issued: certificate and aliases are to be put on its distribution.
    BIND,
    /// The edge is to show the certificate for each name.
    VERIFY,
    DONE,
    FAILED,
    /// Stopped by whoever sent the job; what was made is there.
    CANCELLED,
    /// Rolled back: its distribution is to be disabled and to let go of names and certificate.
    UNSERVE,
    /// Rolled back: its distribution is to be deleted once it is disabled everywhere.
    DELETE_DISTRIBUTION,
    /// Rolled back, or tried again after its certificate was refused: the certificate is to be deleted.
    DELETE_CERTIFICATE,
    /// Rolled back: nothing of it is left.
    REMOVED;

    public boolean ended() {
        return switch (this) {
            case DONE, FAILED, CANCELLED, REMOVED -> true;
            case VALIDATE,
                    CLONE,
                    CERTIFICATE,
                    PROOF,
                    BIND,
                    VERIFY,
                    UNSERVE,
                    DELETE_DISTRIBUTION,
                    DELETE_CERTIFICATE ->
                    false;
        };
    }

    /// Whether a retry takes the entry up where it ended.
    boolean mayBeginAgain() {
        return this == FAILED || this == CANCELLED;
    }

    /// Whether what was made is being taken away, or is gone.
    public boolean removal() {
        return switch (this) {
            case UNSERVE, DELETE_DISTRIBUTION, DELETE_CERTIFICATE, REMOVED -> true;
            case VALIDATE, CLONE, CERTIFICATE, PROOF, BIND, VERIFY, DONE, FAILED, CANCELLED ->
                    false;
        };
    }

    /// Whether something may be made that has no name of its own yet: an attempt is marked before it begins.
    boolean makes() {
        return this == VALIDATE || this == CLONE || this == CERTIFICATE;
    }
}
