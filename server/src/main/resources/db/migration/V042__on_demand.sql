-- Names that were let in when a visitor first asked for them in a handshake: one row a name in the whole cluster.

CREATE TABLE on_demand_name (
    name         TEXT   NOT NULL PRIMARY KEY,
    certificate  TEXT   NOT NULL,
    account      TEXT   NOT NULL,
    -- Epoch milliseconds: when its certificate was asked for, and when it was last permitted.
    asked_at     BIGINT NOT NULL,
    permitted_at BIGINT NOT NULL
);

CREATE INDEX on_demand_name_by_time ON on_demand_name (asked_at);
