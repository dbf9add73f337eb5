-- This installation's account at each ACME authority. Times are epoch milliseconds.
CREATE TABLE acme_account (
    issuer          TEXT NOT NULL,
    directory       TEXT NOT NULL,
    -- Counts up with whatever a request is signed with.
    version         INTEGER NOT NULL,
    -- NEW, VALID, DEACTIVATED
    status          TEXT NOT NULL,
    -- In base64. The sealed half is stored before the authority hears of the key.
    public_key      TEXT NOT NULL,
    sealed_key      BYTEA NOT NULL,
    -- The key that takes its place, while a change is under way.
    next_public_key TEXT,
    sealed_next_key BYTEA,
    url             TEXT,
    -- With a blank between, as the authority was told.
    contacts        TEXT NOT NULL,
    terms           TEXT,
    -- A problem document: what is in the way of every order, and when that is looked at again.
    problem         TEXT,
    retry_at        BIGINT NOT NULL,
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL,
    PRIMARY KEY (issuer, directory)
);

-- Orders at ACME authorities: at most one for what a certificate waits for, in the whole installation.
CREATE TABLE acme_order (
    certificate_id TEXT NOT NULL,
    -- MAIN, SPARE
    slot           TEXT NOT NULL,
    issuer         TEXT NOT NULL,
    shard          INTEGER NOT NULL,
    account        TEXT NOT NULL,
    -- JSON: name, target, way
    names          TEXT NOT NULL,
    sealed_key     BYTEA NOT NULL,
    -- DER in base64url, as it is sent
    csr            TEXT NOT NULL,
    -- The identifier of the certificate whose place this one takes (RFC 9773 section 4.1).
    replaces       TEXT,
    -- NEW, ORDERING, ORDERED, CHALLENGED, VALIDATING, READY, FINALIZING, ISSUED, VALID, FAILED
    state          TEXT NOT NULL,
    -- Counts up with every change: who changes a row names the version that was seen.
    version        INTEGER NOT NULL,
    due_at         BIGINT NOT NULL,
    -- What the authority calls the account the order is under, the order, and what belongs to it.
    acme_account   TEXT,
    order_url      TEXT,
    finalize_url   TEXT,
    certificate    TEXT,
    -- JSON: url, name, wildcard, type, challenge
    authorizations TEXT NOT NULL,
    -- How many orders were asked for; looks since the last change of state; calls that failed in a row, and since when.
    asked          INTEGER NOT NULL,
    looks          INTEGER NOT NULL,
    failures       INTEGER NOT NULL,
    trouble_since  BIGINT,
    -- The last problem document.
    problem        TEXT,
    -- PEM, once it is valid.
    chain          TEXT,
    created_at     BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL,
    PRIMARY KEY (certificate_id, slot)
);

CREATE INDEX acme_order_due ON acme_order (shard, issuer, due_at) WHERE state NOT IN ('VALID', 'FAILED');
CREATE INDEX acme_order_url ON acme_order (order_url) WHERE order_url IS NOT NULL;
