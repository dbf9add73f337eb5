-- The embedded certificate authority. Times are epoch milliseconds.

CREATE TABLE ca_certificate (
    -- ROOT or INTERMEDIATE
    role        TEXT   NOT NULL PRIMARY KEY,
    certificate BYTEA  NOT NULL,
    sealed_key  BYTEA  NOT NULL,
    created_at  BIGINT NOT NULL
);

-- What was about to be signed, committed before each signature: a serial that is not here was never signed.
CREATE TABLE issuance (
    serial          TEXT   NOT NULL PRIMARY KEY,
    -- Null for one of the server's own certificates.
    certificate_id  TEXT,
    names           TEXT   NOT NULL,
    key_fingerprint TEXT   NOT NULL,
    not_before      BIGINT NOT NULL,
    not_after       BIGINT NOT NULL,
    issuer_serial   TEXT   NOT NULL,
    recorded_at     BIGINT NOT NULL
);

CREATE INDEX issuance_by_certificate ON issuance (certificate_id);
