-- SSL for SaaS: jobs, their entries, and import material until it is imported.
-- Times are epoch milliseconds; lists of names are separated by blanks.

CREATE TABLE saas_job (
    job_id        TEXT    NOT NULL PRIMARY KEY,
    account       TEXT    NOT NULL,
    operation     TEXT    NOT NULL,
    auto_creation INTEGER NOT NULL,
    created_at    BIGINT  NOT NULL,
    input         TEXT    NOT NULL
);

CREATE INDEX saas_job_by_account ON saas_job (account, created_at);

CREATE TABLE saas_entry (
    job_id              TEXT    NOT NULL,
    number              INTEGER NOT NULL,
    shard               INTEGER NOT NULL,
    names               TEXT    NOT NULL,
    template_id         TEXT,
    template_version    BIGINT,
    state               TEXT    NOT NULL,
    due_at              BIGINT,
    since               BIGINT  NOT NULL,
    attempts            INTEGER NOT NULL,
    tried               INTEGER NOT NULL,
    shares_with         INTEGER,
    distribution_id     TEXT,
    distribution_arn    TEXT,
    distribution_domain TEXT,
    certificate_arn     TEXT,
    serial              TEXT,
    records             TEXT    NOT NULL,
    failed_stage        TEXT,
    next_actor          TEXT,
    reason              TEXT,
    PRIMARY KEY (job_id, number)
);

CREATE INDEX saas_entry_due ON saas_entry (shard, due_at);
CREATE INDEX saas_entry_by_certificate ON saas_entry (certificate_arn);

-- The private key is sealed by the vault; the row goes as soon as the certificate is imported or the entry ends.
CREATE TABLE saas_import (
    job_id      TEXT    NOT NULL,
    number      INTEGER NOT NULL,
    certificate BYTEA   NOT NULL,
    chain       BYTEA   NOT NULL,
    sealed_key  BYTEA   NOT NULL,
    PRIMARY KEY (job_id, number)
);
