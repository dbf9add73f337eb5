-- Hosted zones, their entries, and the records that certificates' proofs require.

CREATE TABLE dns_zone (
    id         TEXT   NOT NULL PRIMARY KEY,
    name       TEXT   NOT NULL UNIQUE,
    account    TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX dns_zone_by_account ON dns_zone (account, name);

-- place: the name's labels from the right, each ended by a zero byte, so that all names below a name are one range.
CREATE TABLE dns_entry (
    zone      TEXT    NOT NULL,
    id        TEXT    NOT NULL,
    name      TEXT    NOT NULL,
    place     BYTEA   NOT NULL,
    type      TEXT    NOT NULL,
    target    TEXT    NOT NULL,
    alias     INTEGER NOT NULL,
    automatic INTEGER NOT NULL,
    PRIMARY KEY (zone, id)
);

CREATE INDEX dns_entry_by_name ON dns_entry (zone, name);

CREATE INDEX dns_entry_by_place ON dns_entry (zone, place);

CREATE TABLE dns_required (
    certificate TEXT  NOT NULL,
    account     TEXT  NOT NULL,
    name        TEXT  NOT NULL,
    place       BYTEA NOT NULL,
    target      TEXT  NOT NULL,
    PRIMARY KEY (certificate, name, target)
);

CREATE INDEX dns_required_by_name ON dns_required (account, name);

CREATE INDEX dns_required_by_place ON dns_required (account, place);
