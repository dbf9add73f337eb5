-- What authorities are shown for names, while somebody's order is open. Times are epoch milliseconds.

CREATE TABLE challenge (
    -- TEXT, HTTP or ALPN.
    kind     TEXT   NOT NULL,
    -- Where it is looked for: a name in our DNS, or the host that is proven. Lower case, no final dot.
    place    TEXT   NOT NULL,
    -- Of HTTP, else empty.
    token    TEXT   NOT NULL,
    -- The text of a TXT record, or the key authorization.
    content  TEXT   NOT NULL,
    -- The order that has it shown.
    owner    TEXT   NOT NULL,
    shown_at BIGINT NOT NULL,
    PRIMARY KEY (kind, place, token, content, owner)
);

CREATE INDEX challenge_by_owner ON challenge (owner);
CREATE INDEX challenge_by_age ON challenge (shown_at);
