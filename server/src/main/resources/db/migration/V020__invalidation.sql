-- Orders to forget cached content, until every edge node has and for the lists afterwards. A target is a distribution or a
-- tenant, whatever the edge keeps content under.
CREATE TABLE invalidation (
    id               TEXT    NOT NULL PRIMARY KEY,
    target           TEXT    NOT NULL,
    caller_reference TEXT    NOT NULL,
    paths            TEXT    NOT NULL,
    path_count       INTEGER NOT NULL,
    wildcard_count   INTEGER NOT NULL,
    status           TEXT    NOT NULL,
    created_at       BIGINT  NOT NULL,
    UNIQUE (target, caller_reference)
);

CREATE INDEX invalidation_by_age ON invalidation (target, created_at, id);
CREATE INDEX invalidation_in_progress ON invalidation (target, id) WHERE status = 'IN_PROGRESS';
