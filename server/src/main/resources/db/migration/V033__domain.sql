-- Domains of customers: each is carried out by a job of one entry. Names taken over from other holders, by a TXT record with a
-- value of their own; and what happened to names, for whoever has or had them.

CREATE TABLE domain (
    id          TEXT   NOT NULL PRIMARY KEY,
    account     TEXT   NOT NULL,
    job_id      TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    removing_at BIGINT,
    due_at      BIGINT
);

CREATE UNIQUE INDEX domain_by_job ON domain (job_id);
CREATE INDEX domain_by_account ON domain (account, created_at, id);
CREATE INDEX domain_due ON domain (due_at);

CREATE TABLE domain_name (
    domain_id TEXT    NOT NULL,
    position  INTEGER NOT NULL,
    account   TEXT    NOT NULL,
    name      TEXT    NOT NULL,
    lost_at   BIGINT,
    PRIMARY KEY (domain_id, position)
);

CREATE INDEX domain_name_by_name ON domain_name (account, name);

CREATE TABLE domain_take_over (
    domain_id  TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    account    TEXT    NOT NULL,
    job_id     TEXT    NOT NULL,
    value      TEXT    NOT NULL,
    state      TEXT    NOT NULL,
    asked_at   BIGINT  NOT NULL,
    expires_at BIGINT  NOT NULL,
    looked_at  BIGINT,
    shown      INTEGER NOT NULL,
    reason     TEXT,
    due_at     BIGINT,
    PRIMARY KEY (domain_id, name)
);

CREATE INDEX domain_take_over_by_job ON domain_take_over (job_id);
CREATE INDEX domain_take_over_due ON domain_take_over (due_at);

CREATE TABLE domain_event (
    id        TEXT   NOT NULL PRIMARY KEY,
    account   TEXT   NOT NULL,
    name      TEXT   NOT NULL,
    domain_id TEXT,
    at        BIGINT NOT NULL,
    kind      TEXT   NOT NULL,
    detail    TEXT   NOT NULL
);

CREATE INDEX domain_event_by_account ON domain_event (account, at, id);
