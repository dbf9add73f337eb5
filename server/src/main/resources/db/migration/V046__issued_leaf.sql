-- Leaves that another authority than our own has signed: whose they are, and when it wants them renewed.
-- ari_due is when the authority is asked next; nothing where it is not asked any more. spread_at is when its renewal begins so that
-- its issuer's limits are kept to.
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
    spread_at BIGINT,
    explanation TEXT,
    problem TEXT,
    replaced_at BIGINT,
    PRIMARY KEY (certificate_id, serial)
);
CREATE INDEX issued_leaf_by_due ON issued_leaf (ari_due);
CREATE INDEX issued_leaf_by_end ON issued_leaf (not_after);
CREATE INDEX issued_leaf_by_issuer ON issued_leaf (signed_by, certificate_id);
CREATE INDEX issued_leaf_by_key ON issued_leaf (key_digest);

-- Revocations that another authority has to be told of; kept until the leaf's end.
CREATE TABLE authority_revocation (
    certificate_id TEXT NOT NULL,
    serial TEXT NOT NULL,
    signed_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    due BIGINT,
    failures INTEGER NOT NULL DEFAULT 0,
    problem TEXT,
    done_at BIGINT,
    PRIMARY KEY (certificate_id, serial)
);
CREATE INDEX authority_revocation_by_due ON authority_revocation (due);

-- SHA-256 of public keys whose private half is known to others: never certified or imported again.
CREATE TABLE compromised_key (
    key_digest TEXT NOT NULL PRIMARY KEY,
    since BIGINT NOT NULL
);

-- Orders to revoke everything in a scope, each certificate once its replacement is served.
CREATE TABLE mass_revocation (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    key_digest TEXT,
    signed_by TEXT,
    issued_from BIGINT,
    issued_to BIGINT,
    reason TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    phase TEXT NOT NULL,
    position TEXT NOT NULL,
    cancelled_at BIGINT,
    moved_at BIGINT NOT NULL,
    next_due BIGINT
);
CREATE INDEX mass_revocation_by_due ON mass_revocation (next_due);
CREATE INDEX mass_revocation_by_account ON mass_revocation (account, started_at);

CREATE TABLE mass_revocation_item (
    run TEXT NOT NULL,
    certificate_id TEXT NOT NULL,
    serial TEXT NOT NULL,
    signed_by TEXT NOT NULL,
    state TEXT NOT NULL,
    message TEXT,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (run, certificate_id, serial)
);
CREATE INDEX mass_revocation_item_by_state ON mass_revocation_item (run, state, certificate_id);

-- Reissue what one issuer signed.
ALTER TABLE reissue ADD COLUMN signed_by TEXT;
