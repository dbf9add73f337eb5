-- Tenants of template distributions and the connection groups they are reached through.

ALTER TABLE distribution_alias ADD COLUMN tenant TEXT;

CREATE TABLE connection_group (
    id               TEXT    NOT NULL PRIMARY KEY,
    account          TEXT    NOT NULL,
    name             TEXT    NOT NULL,
    routing_endpoint TEXT    NOT NULL UNIQUE,
    is_default       INTEGER NOT NULL,
    ipv6             INTEGER NOT NULL,
    enabled          INTEGER NOT NULL,
    etag             TEXT    NOT NULL,
    status           TEXT    NOT NULL,
    version          BIGINT  NOT NULL,
    created_at       BIGINT  NOT NULL,
    modified_at      BIGINT  NOT NULL,
    UNIQUE (account, name)
);

CREATE UNIQUE INDEX connection_group_default ON connection_group (account) WHERE is_default = 1;
CREATE INDEX connection_group_by_age ON connection_group (account, created_at, id);
CREATE INDEX connection_group_in_progress ON connection_group (id) WHERE status = 'IN_PROGRESS';

CREATE TABLE distribution_tenant (
    id               TEXT    NOT NULL PRIMARY KEY,
    account          TEXT    NOT NULL,
    template         TEXT    NOT NULL,
    connection_group TEXT    NOT NULL,
    name             TEXT    NOT NULL,
    enabled          INTEGER NOT NULL,
    domains          TEXT    NOT NULL,
    active           TEXT    NOT NULL,
    parameters       TEXT    NOT NULL,
    certificate      TEXT,
    geo              TEXT,
    managed          TEXT,
    managed_host     TEXT,
    managed_status   TEXT,
    etag             TEXT    NOT NULL,
    status           TEXT    NOT NULL,
    version          BIGINT  NOT NULL,
    created_at       BIGINT  NOT NULL,
    modified_at      BIGINT  NOT NULL,
    UNIQUE (account, name)
);

CREATE INDEX distribution_tenant_by_age ON distribution_tenant (account, created_at, id);
CREATE INDEX distribution_tenant_by_template ON distribution_tenant (template, created_at, id);
CREATE INDEX distribution_tenant_by_group ON distribution_tenant (connection_group, created_at, id);
CREATE INDEX distribution_tenant_by_certificate ON distribution_tenant (certificate, created_at, id)
    WHERE certificate IS NOT NULL;
CREATE INDEX distribution_tenant_in_progress ON distribution_tenant (id) WHERE status = 'IN_PROGRESS';
CREATE INDEX distribution_tenant_awaiting ON distribution_tenant (id) WHERE managed_status = 'PENDING';
