-- Distributions, every accepted version of their configuration, and who holds which alias.

CREATE TABLE distribution (
    id               TEXT   NOT NULL PRIMARY KEY,
    account          TEXT   NOT NULL,
    kind             TEXT   NOT NULL,
    caller_reference TEXT   NOT NULL,
    domain_name      TEXT   NOT NULL UNIQUE,
    status           TEXT   NOT NULL,
    version          BIGINT NOT NULL,
    certificate      TEXT,
    created_at       BIGINT NOT NULL,
    UNIQUE (account, kind, caller_reference)
);

CREATE INDEX distribution_by_age ON distribution (account, kind, created_at, id);
CREATE INDEX distribution_by_certificate ON distribution (certificate) WHERE certificate IS NOT NULL;
CREATE INDEX distribution_in_progress ON distribution (id) WHERE status = 'IN_PROGRESS';

CREATE TABLE distribution_version (
    distribution TEXT   NOT NULL,
    number       BIGINT NOT NULL,
    etag         TEXT   NOT NULL,
    accepted_at  BIGINT NOT NULL,
    served       TEXT   NOT NULL,
    document     TEXT   NOT NULL,
    PRIMARY KEY (distribution, number)
);

CREATE TABLE distribution_alias (
    alias        TEXT NOT NULL PRIMARY KEY,
    distribution TEXT NOT NULL,
    account      TEXT NOT NULL
);

CREATE INDEX distribution_alias_by_distribution ON distribution_alias (distribution);

-- One row for each domain of at least two labels above an alias: finds what a new wildcard would overlap with by
-- equality alone, so that neither the number of aliases nor the database's collation matters.
CREATE TABLE distribution_alias_ancestor (
    ancestor TEXT NOT NULL,
    account  TEXT NOT NULL,
    alias    TEXT NOT NULL,
    PRIMARY KEY (ancestor, account, alias)
);

CREATE INDEX distribution_alias_ancestor_by_alias ON distribution_alias_ancestor (alias);
