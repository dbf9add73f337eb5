-- The later life of a certificate: its renewal, its end, and what counts against a quota. Times are epoch milliseconds.

-- When its end is looked at next: its renewal's next step or, where nothing renews it, the next notice. Null: never.
ALTER TABLE certificate ADD COLUMN renew_due BIGINT;
-- 45 days before the end and up to 7 days later, spread by something that differs between certificates of one moment.
UPDATE certificate SET renew_due = not_after - 3888000000 + ((created_at % 1000003) * 7919) % 604800000
WHERE state = 'ISSUED';
CREATE INDEX certificate_renew_due ON certificate (shard, renew_due) WHERE renew_due IS NOT NULL;

-- The last or current renewal of a certificate.
CREATE TABLE certificate_renewal (
    certificate_id TEXT    NOT NULL PRIMARY KEY,
    -- PENDING_AUTO_RENEWAL, PENDING_VALIDATION, SUCCESS or FAILED
    status         TEXT    NOT NULL,
    reason         TEXT,
    -- How far the proof of each name is, in order: words joined by commas.
    names          TEXT    NOT NULL,
    started_at     BIGINT  NOT NULL,
    updated_at     BIGINT  NOT NULL,
    -- 1: somebody asked for it, so neither its time nor its use is waited for.
    asked          INTEGER NOT NULL,
    reissue        TEXT
);
CREATE INDEX certificate_renewal_by_reissue ON certificate_renewal (reissue, status) WHERE reissue IS NOT NULL;

-- New material beside that in certificate_material: served, but not yet the certificate's. Columns as there.
CREATE TABLE certificate_candidate (
    certificate_id TEXT   NOT NULL PRIMARY KEY,
    version        TEXT   NOT NULL,
    chain          BYTEA  NOT NULL,
    sealed_key     BYTEA  NOT NULL,
    served_from    BIGINT NOT NULL
);

-- Deleted certificates, which go on counting against the yearly quota.
CREATE TABLE certificate_gone (
    certificate_id TEXT   NOT NULL PRIMARY KEY,
    account        TEXT   NOT NULL,
    region         TEXT   NOT NULL,
    origin         TEXT   NOT NULL,
    created_at     BIGINT NOT NULL
);
CREATE INDEX certificate_gone_by_account ON certificate_gone (account, region, created_at);

-- A notice a day for each certificate that nears its end unsaved. Append-only.
CREATE TABLE certificate_event (
    certificate_id TEXT   NOT NULL,
    -- Days since 1970.
    day            BIGINT NOT NULL,
    account        TEXT   NOT NULL,
    region         TEXT   NOT NULL,
    at             BIGINT NOT NULL,
    not_after      BIGINT NOT NULL,
    message        TEXT   NOT NULL,
    PRIMARY KEY (certificate_id, day)
);
CREATE INDEX certificate_event_by_account ON certificate_event (account, at);

-- Runs of "reissue everything": scope and pace, and how far they have come through the certificates by id.
CREATE TABLE reissue (
    id            TEXT    NOT NULL PRIMARY KEY,
    account       TEXT    NOT NULL,
    key_algorithm TEXT,
    issuer        TEXT,
    issued_from   BIGINT,
    issued_to     BIGINT,
    per_second    INTEGER NOT NULL,
    total         BIGINT  NOT NULL,
    position      TEXT    NOT NULL,
    started_at    BIGINT  NOT NULL,
    next_due      BIGINT,
    handed_out_at BIGINT
);
