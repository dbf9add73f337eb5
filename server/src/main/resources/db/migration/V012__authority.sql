-- The authorities of the embedded CA: roots, intermediates, and what lies between. Times are epoch milliseconds.

CREATE TABLE authority (
    -- SHA-256 of the certificate, in hex.
    id           TEXT   NOT NULL PRIMARY KEY,
    -- Who signed it; itself, at a root.
    parent_id    TEXT   NOT NULL,
    certificate  BYTEA  NOT NULL,
    -- Null where the key is kept elsewhere.
    sealed_key   BYTEA,
    created_at   BIGINT NOT NULL,
    -- When it was last told to sign leaves: the latest does. Null where it never was.
    activated_at BIGINT
);

-- One row, written by each change above: a node that has seen this version has seen all.
CREATE TABLE authority_version (
    one     INTEGER NOT NULL PRIMARY KEY,
    version BIGINT  NOT NULL
);

-- Keys made for a certificate that somebody else is to sign.
CREATE TABLE authority_request (
    -- SHA-256 of the public key, in hex.
    key_fingerprint TEXT   NOT NULL PRIMARY KEY,
    sealed_key      BYTEA  NOT NULL,
    created_at      BIGINT NOT NULL
);

-- Set where what was about to be signed is an authority's own certificate.
ALTER TABLE issuance ADD COLUMN subject TEXT;

CREATE INDEX issuance_by_issuer ON issuance (issuer_serial);
