-- Leaves that another authority than our own has signed: whose they are, and when it wants them renewed.
-- ari_due is when the authority is asked next; nothing where it is not asked any more.
CREATE TABLE issued_leaf (
    certificate_id TEXT NOT NULL,
    serial TEXT NOT NULL,
    signed_by TEXT NOT NULL,
    key_digest TEXT NOT NULL,
    not_after BIGINT NOT NULL,
    leaf BYTEA NOT NULL,
    ari_due BIGINT,
    ari_failures INTEGER NOT NULL DEFAULT 0,
    asked_at BIGINT,
    window_start BIGINT,
    window_end BIGINT,
    renew_at BIGINT,
    explanation TEXT,
    problem TEXT,
    PRIMARY KEY (certificate_id, serial)
);
CREATE INDEX issued_leaf_by_due ON issued_leaf (ari_due);
CREATE INDEX issued_leaf_by_end ON issued_leaf (not_after);
CREATE INDEX issued_leaf_by_issuer ON issued_leaf (signed_by, certificate_id);
CREATE INDEX issued_leaf_by_key ON issued_leaf (key_digest);
