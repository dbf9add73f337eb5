-- Revocation. Times are epoch milliseconds; an issuer is named by its certificate's serial, as issuance.issuer_serial does.

-- Whose CRL tells of the certificate. 0: issued before there were CRLs, and names none.
ALTER TABLE issuance ADD COLUMN crl_shard INTEGER NOT NULL DEFAULT 0;

CREATE TABLE crl_shard (
    issuer  TEXT    NOT NULL,
    shard   INTEGER NOT NULL,
    -- Issuances that have, or may yet take, a place in it.
    taken   BIGINT  NOT NULL,
    -- No certificate of the shard lives longer; its CRL is not renewed after that.
    ends_at BIGINT  NOT NULL,
    -- When its CRL is made anew, should nothing be revoked before.
    due_at  BIGINT  NOT NULL,
    PRIMARY KEY (issuer, shard)
);

CREATE INDEX crl_shard_by_due ON crl_shard (issuer, due_at);

-- Apart from crl_shard, so that taking places does not rewrite the list.
CREATE TABLE crl (
    issuer      TEXT    NOT NULL,
    shard       INTEGER NOT NULL,
    number      BIGINT  NOT NULL,
    this_update BIGINT  NOT NULL,
    next_update BIGINT  NOT NULL,
    der         BYTEA   NOT NULL,
    PRIMARY KEY (issuer, shard)
);

-- Both by shard and then by serial: serials are random, and an index led by them would touch a page of its own for each
-- revocation once it is large.
CREATE TABLE revocation (
    issuer     TEXT    NOT NULL,
    shard      INTEGER NOT NULL,
    serial     TEXT    NOT NULL,
    not_after  BIGINT  NOT NULL,
    reason     TEXT    NOT NULL,
    revoked_at BIGINT  NOT NULL,
    PRIMARY KEY (issuer, shard, serial)
);

-- Revocations that no CRL tells of yet.
CREATE TABLE revocation_unlisted (
    issuer TEXT    NOT NULL,
    shard  INTEGER NOT NULL,
    serial TEXT    NOT NULL,
    PRIMARY KEY (issuer, shard, serial)
);
