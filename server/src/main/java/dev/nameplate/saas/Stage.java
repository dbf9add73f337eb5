package dev.nameplate.saas;

/// The three stages in which the API reports a job.
public enum Stage {
    CERTIFICATE_CREATION,
    CERTIFICATE_VALIDATION,
    DISTRIBUTION;

    /// The stage whose work `state` waits for. Copying the template comes before the certificate is asked for, yet a template
    /// that cannot be copied is the distribution stage's failure. A refused certificate is deleted to make another.
    static Stage of(EntryState state) {
        return switch (state) {
            case CERTIFICATE, DELETE_CERTIFICATE -> CERTIFICATE_CREATION;
            case PROOF -> CERTIFICATE_VALIDATION;
            case VALIDATE,
                    CLONE,
                    BIND,
                    VERIFY,
                    DONE,
                    FAILED,
                    CANCELLED,
                    UNSERVE,
                    DELETE_DISTRIBUTION,
                    REMOVED ->
                    DISTRIBUTION;
        };
    }

    /// The API's words.
    public enum Status {
        NOTSTART,
        INPROGRESS,
        SUCCESS,
        FAILED,
        NONEED
    }
}
