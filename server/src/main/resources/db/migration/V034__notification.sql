-- What happened, as somebody is told of it. Written in the unit of work that made it happen; the id follows from what happened,
-- so that the same happening is never told twice.
CREATE TABLE notification_event (
    id      TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    type    TEXT NOT NULL,
    subject TEXT NOT NULL,
    at      BIGINT NOT NULL,
    data    TEXT NOT NULL
);

CREATE INDEX notification_event_at ON notification_event (at);

-- Who is told. kind: WEBHOOK, EMAIL, SNS. events: words with a blank between, or '*'. Only a webhook has secrets.
CREATE TABLE notification_subscription (
    id              TEXT NOT NULL PRIMARY KEY,
    account         TEXT NOT NULL,
    kind            TEXT NOT NULL,
    address         TEXT NOT NULL,
    events          TEXT NOT NULL,
    state           TEXT NOT NULL,
    state_reason    TEXT,
    sealed_secret   BYTEA,
    sealed_previous BYTEA,
    previous_until  BIGINT,
    created_at      BIGINT NOT NULL
);

CREATE INDEX notification_subscription_account ON notification_subscription (account, created_at, id);

-- state: PENDING, DELIVERED, DEAD. due_at: the next attempt, or until when the attempt under way has the row to itself.
CREATE TABLE notification_delivery (
    subscription_id TEXT NOT NULL,
    event_id        TEXT NOT NULL,
    state           TEXT NOT NULL,
    attempts        INTEGER NOT NULL,
    due_at          BIGINT NOT NULL,
    created_at      BIGINT NOT NULL,
    last_at         BIGINT,
    last_status     INTEGER,
    last_reason     TEXT,
    PRIMARY KEY (subscription_id, event_id)
);

CREATE INDEX notification_delivery_due ON notification_delivery (subscription_id, state, due_at);
CREATE INDEX notification_delivery_listed ON notification_delivery (subscription_id, created_at, event_id);
CREATE INDEX notification_delivery_event ON notification_delivery (event_id);

-- Renewals that wait for the owner of a name, as those who are told of it find them.
CREATE INDEX certificate_renewal_waiting ON certificate_renewal (updated_at) WHERE status = 'PENDING_VALIDATION';
