-- Customers' own servers that get certificates over ACME (RFC 8555). Times are epoch milliseconds; names stand with a space
-- between them.

-- What binds an ACME account to an account of ours (section 7.3.4). The key is sealed and opens only for this id.
CREATE TABLE enrolment_credential (
    id             TEXT    NOT NULL PRIMARY KEY,
    account        TEXT    NOT NULL,
    label          TEXT    NOT NULL,
    names          TEXT    NOT NULL,
    wildcards      INTEGER NOT NULL,
    proven_names   INTEGER NOT NULL,
    max_accounts   INTEGER NOT NULL,
    orders_per_day INTEGER NOT NULL,
    sealed_key     BYTEA   NOT NULL,
    created_at     BIGINT  NOT NULL,
    expires_at     BIGINT
);

CREATE INDEX enrolment_credential_by_account ON enrolment_credential (account, created_at, id);

CREATE TABLE enrolment_account (
    id            TEXT   NOT NULL PRIMARY KEY,
    account       TEXT   NOT NULL,
    -- Null where accounts need no binding.
    credential_id TEXT,
    thumbprint    TEXT   NOT NULL,
    jwk           TEXT   NOT NULL,
    -- VALID, DEACTIVATED (by its owner) or REVOKED (by ours).
    status        TEXT   NOT NULL,
    contacts      TEXT   NOT NULL,
    binding       TEXT,
    terms_agreed  INTEGER NOT NULL,
    created_at    BIGINT NOT NULL
);

CREATE UNIQUE INDEX enrolment_account_by_key ON enrolment_account (thumbprint);
CREATE INDEX enrolment_account_by_credential ON enrolment_account (credential_id);

-- Ready, and invalid for the sake of an authorization, follow from the authorizations and are not stored.
CREATE TABLE enrolment_order (
    id             TEXT    NOT NULL PRIMARY KEY,
    account_id     TEXT    NOT NULL,
    -- PENDING, PROCESSING, VALID or INVALID.
    status         TEXT    NOT NULL,
    names          TEXT    NOT NULL,
    -- Serial of the certificate this one takes the place of (RFC 9773 section 5).
    replaces       TEXT,
    created_at     BIGINT  NOT NULL,
    expires_at     BIGINT  NOT NULL,
    csr            BYTEA,
    certificate_id TEXT,
    problem        TEXT,
    attempts       INTEGER NOT NULL,
    shard          INTEGER NOT NULL,
    -- Work: set while a step is owed.
    next_due       BIGINT
);

CREATE INDEX enrolment_order_by_account ON enrolment_order (account_id, created_at, id);
CREATE INDEX enrolment_order_by_replaced ON enrolment_order (replaces) WHERE replaces IS NOT NULL;
CREATE INDEX enrolment_order_by_end ON enrolment_order (expires_at);
CREATE INDEX enrolment_order_due ON enrolment_order (shard, next_due) WHERE next_due IS NOT NULL;

CREATE TABLE enrolment_order_authorization (
    order_id         TEXT    NOT NULL,
    position         INTEGER NOT NULL,
    authorization_id TEXT    NOT NULL,
    PRIMARY KEY (order_id, position)
);

CREATE INDEX enrolment_order_authorization_by_it ON enrolment_order_authorization (authorization_id);

CREATE TABLE enrolment_authorization (
    id         TEXT    NOT NULL PRIMARY KEY,
    account_id TEXT    NOT NULL,
    -- Without the wildcard's `*.`.
    name       TEXT    NOT NULL,
    wildcard   INTEGER NOT NULL,
    -- PENDING, VALID, INVALID or DEACTIVATED; expired follows from the time.
    status     TEXT    NOT NULL,
    created_at BIGINT  NOT NULL,
    expires_at BIGINT  NOT NULL
);

CREATE INDEX enrolment_authorization_by_name ON enrolment_authorization (account_id, name);
CREATE INDEX enrolment_authorization_by_end ON enrolment_authorization (expires_at);

CREATE TABLE enrolment_challenge (
    id               TEXT    NOT NULL PRIMARY KEY,
    authorization_id TEXT    NOT NULL,
    position         INTEGER NOT NULL,
    type             TEXT    NOT NULL,
    token            TEXT    NOT NULL,
    -- PENDING, PROCESSING, VALID or INVALID.
    status           TEXT    NOT NULL,
    attempts         INTEGER NOT NULL,
    validated_at     BIGINT,
    problem          TEXT,
    shard            INTEGER NOT NULL,
    next_due         BIGINT
);

CREATE INDEX enrolment_challenge_by_authorization ON enrolment_challenge (authorization_id, position);
CREATE INDEX enrolment_challenge_due ON enrolment_challenge (shard, next_due) WHERE next_due IS NOT NULL;

-- Chain: DER certificates one after the other, leaf first, root left out.
CREATE TABLE enrolment_certificate (
    id              TEXT   NOT NULL PRIMARY KEY,
    account_id      TEXT   NOT NULL,
    order_id        TEXT   NOT NULL,
    serial          TEXT   NOT NULL,
    names           TEXT   NOT NULL,
    key_fingerprint TEXT   NOT NULL,
    chain           BYTEA  NOT NULL,
    not_before      BIGINT NOT NULL,
    not_after       BIGINT NOT NULL
);

CREATE UNIQUE INDEX enrolment_certificate_by_serial ON enrolment_certificate (serial);
CREATE INDEX enrolment_certificate_by_account ON enrolment_certificate (account_id, not_before);
CREATE INDEX enrolment_certificate_by_key ON enrolment_certificate (key_fingerprint);
CREATE INDEX enrolment_certificate_by_end ON enrolment_certificate (not_after);

-- Nonces that were used, until they would have ended anyway.
CREATE TABLE enrolment_nonce (
    nonce   TEXT   NOT NULL PRIMARY KEY,
    ends_at BIGINT NOT NULL
);

CREATE INDEX enrolment_nonce_by_end ON enrolment_nonce (ends_at);
