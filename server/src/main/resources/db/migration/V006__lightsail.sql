-- What only Lightsail has: one namespace of resource names per account and Region, and operation records.

CREATE TABLE lightsail_resource (
    account    TEXT   NOT NULL,
    region     TEXT   NOT NULL,
    name       TEXT   NOT NULL,
    type       TEXT   NOT NULL,
    -- the tail of the ARN
    id         TEXT   NOT NULL,
    -- the owning feature's key: certificate id, distribution id or zone name
    target     TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account, region, name)
);
CREATE UNIQUE INDEX lightsail_resource_id ON lightsail_resource (account, id);
CREATE UNIQUE INDEX lightsail_resource_target ON lightsail_resource (account, type, target);
CREATE INDEX lightsail_resource_age ON lightsail_resource (account, region, type, created_at, id);

CREATE TABLE lightsail_operation (
    id            TEXT   NOT NULL PRIMARY KEY,
    account       TEXT   NOT NULL,
    region        TEXT   NOT NULL,
    resource_name TEXT   NOT NULL,
    resource_type TEXT   NOT NULL,
    location      TEXT   NOT NULL,
    type          TEXT   NOT NULL,
    -- the other resource's name, where two take part
    details       TEXT   NOT NULL,
    status        TEXT   NOT NULL,
    created_at    BIGINT NOT NULL,
    changed_at    BIGINT NOT NULL,
    -- the distribution whose deployment of this version the operation waits for; empty when it waits for nothing
    distribution  TEXT   NOT NULL,
    version       BIGINT NOT NULL
);
CREATE INDEX lightsail_operation_age ON lightsail_operation (account, region, created_at, id);
CREATE INDEX lightsail_operation_resource ON lightsail_operation (account, region, resource_name, created_at, id);
CREATE INDEX lightsail_operation_old ON lightsail_operation (created_at);
