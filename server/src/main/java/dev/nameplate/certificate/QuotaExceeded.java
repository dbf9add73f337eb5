package dev.nameplate.certificate;

/// The account may have no more of these. The door that asked says so in its own shape; nothing was stored.
public final class QuotaExceeded extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Quotas.Kind kind;
    private final long limit;

    QuotaExceeded(Quotas.Kind kind, long limit) {
        super(
                "the limit of "
                        + limit
                        + " "
                        + kind.meaning()
                        + " is reached; GET /v1/quotas tells when a slot comes free");
        this.kind = kind;
        this.limit = limit;
    }

    public Quotas.Kind kind() {
        return kind;
    }

    public long limit() {
        return limit;
    }
}
