-- Keys of TLS session tickets, shared by all nodes: the previous one, the one in use, the next. Times are epoch milliseconds.

CREATE TABLE session_ticket_key (
    id         TEXT   NOT NULL PRIMARY KEY,
    -- From when tickets are sealed under it; opened they are before as well.
    seals_from BIGINT NOT NULL,
    -- Name, HMAC key and AES key, 16 bytes each; sealed.
    secret     BYTEA  NOT NULL
);
