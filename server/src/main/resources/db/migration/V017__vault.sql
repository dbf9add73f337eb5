-- What everything derived comes from, sealed; drawn once and kept through every change of master keys.
CREATE TABLE vault_root (
    one    INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    sealed BYTEA   NOT NULL
);

-- Certificates of authorities seen in the chains of accepted imports: what an incomplete chain is completed from.
CREATE TABLE intermediate_pool (
    -- SHA-256 of the certificate, in hex.
    id          TEXT    NOT NULL PRIMARY KEY,
    -- SHA-256 of the subject's canonical form, in hex: what a certificate's issuer is looked up by.
    subject     TEXT    NOT NULL,
    certificate BYTEA   NOT NULL,
    -- 1 where a chain may end: a root, or the last of a chain that was taken without its root.
    ends        INTEGER NOT NULL,
    not_after   BIGINT  NOT NULL
);

CREATE INDEX intermediate_pool_by_subject ON intermediate_pool (subject);

-- What tells an import from another without opening either: SHA-256, in hex.
CREATE TABLE import_fingerprint (
    certificate_id TEXT NOT NULL PRIMARY KEY,
    account        TEXT NOT NULL,
    leaf           TEXT NOT NULL,
    public_key     TEXT NOT NULL,
    -- Of an RSA key's modulus alone; null for others.
    modulus        TEXT
);

CREATE INDEX import_fingerprint_by_key ON import_fingerprint (account, public_key);
CREATE INDEX import_fingerprint_by_modulus ON import_fingerprint (account, modulus);
