-- Certificates. Times are epoch milliseconds.

CREATE TABLE certificate (
    id                  TEXT    NOT NULL PRIMARY KEY,
    account             TEXT    NOT NULL,
    region              TEXT    NOT NULL,
    origin              TEXT    NOT NULL,
    key_algorithm       TEXT    NOT NULL,
    created_at          BIGINT  NOT NULL,
    -- PENDING, ISSUED, FAILED or TIMED_OUT; which of the columns below are set follows from it.
    state               TEXT    NOT NULL,
    deadline            BIGINT,
    decided_at          BIGINT,
    reason              TEXT,
    message             TEXT,
    not_before          BIGINT,
    not_after           BIGINT,
    serial              TEXT,
    issuer              TEXT,
    subject             TEXT,
    signature_algorithm TEXT,
    -- Work: set while a step is owed.
    shard               INTEGER NOT NULL,
    next_due            BIGINT
);

CREATE INDEX certificate_by_account ON certificate (account, region, created_at);
CREATE INDEX certificate_due ON certificate (shard, next_due) WHERE next_due IS NOT NULL;

-- One row for each name; the record's columns are null for an import, which proves nothing.
CREATE TABLE certificate_name (
    certificate_id TEXT    NOT NULL,
    position       INTEGER NOT NULL,
    name           TEXT    NOT NULL,
    record_name    TEXT,
    record_value   TEXT,
    status         TEXT,
    automatic      TEXT,
    seen_at        BIGINT,
    seen           TEXT,
    next_look      BIGINT,
    PRIMARY KEY (certificate_id, position)
);

-- Chain: DER certificates one after the other, leaf first, root left out. The key is sealed and opens only for this id.
CREATE TABLE certificate_material (
    certificate_id TEXT  NOT NULL PRIMARY KEY,
    version        TEXT  NOT NULL,
    chain          BYTEA NOT NULL,
    sealed_key     BYTEA NOT NULL
);

CREATE TABLE certificate_use (
    certificate_id TEXT NOT NULL,
    resource       TEXT NOT NULL,
    PRIMARY KEY (certificate_id, resource)
);
