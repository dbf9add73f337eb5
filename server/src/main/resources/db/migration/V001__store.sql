-- db-scheduler's table: its columns and names are given by the library.
CREATE TABLE scheduled_tasks (
    task_name TEXT NOT NULL,
    task_instance TEXT NOT NULL,
    task_data BYTEA,
    execution_time ${timestamp} NOT NULL,
    picked BOOLEAN NOT NULL,
    picked_by TEXT,
    last_success ${timestamp},
    last_failure ${timestamp},
    consecutive_failures INTEGER,
    last_heartbeat ${timestamp},
    version BIGINT NOT NULL,
    priority SMALLINT,
    PRIMARY KEY (task_name, task_instance)
);
CREATE INDEX scheduled_tasks_execution_time ON scheduled_tasks (execution_time);
CREATE INDEX scheduled_tasks_last_heartbeat ON scheduled_tasks (last_heartbeat);

-- names: one host name a line.
CREATE TABLE change_feed (
    sequence ${sequence},
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    names TEXT NOT NULL
);

-- position keeps the order in which tags were added.
CREATE TABLE tag (
    position ${sequence},
    resource TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    UNIQUE (resource, key)
);
CREATE INDEX tag_value ON tag (key, value);

-- secret is sealed by the vault.
CREATE TABLE access_key (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    secret BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX access_key_account ON access_key (account, created_at);

-- digest is keyed: the API key itself rests nowhere.
CREATE TABLE api_key (
    digest TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
