-- The second certificate that is kept ready beside the first: from another issuer, with a key of its own. Without a serial there is
-- none yet.
CREATE TABLE certificate_spare (
    certificate_id TEXT    NOT NULL PRIMARY KEY,
    shard          INTEGER NOT NULL,
    -- Its issuers where they were chosen for this certificate, spaces between; empty: none is wanted; null: as the settings say.
    chosen         TEXT,
    -- Those that are asked, first choice first, and the place of the one whose turn it is; empty while nobody is.
    issuers        TEXT    NOT NULL,
    issuer_turn    INTEGER NOT NULL,
    -- When something is to be done about it next. Null: when something changes.
    next_due       BIGINT,
    -- Attempts in vain since the last success.
    failures       INTEGER NOT NULL,
    -- Why it is not there, or not renewed.
    message        TEXT,
    issued_by      TEXT,
    serial         TEXT,
    version        TEXT,
    chain          BYTEA,
    sealed_key     BYTEA,
    issued_at      BIGINT,
    not_before     BIGINT,
    not_after      BIGINT,
    -- When and why it was last put in the first one's place.
    switched_at    BIGINT,
    switched_why   TEXT,
    -- When the first one's authority is asked next whether that still counts, and what came of the last time.
    status_due     BIGINT,
    status_at      BIGINT,
    status         TEXT,
    status_words   TEXT
);
CREATE INDEX certificate_spare_due ON certificate_spare (shard, next_due) WHERE next_due IS NOT NULL;
CREATE INDEX certificate_spare_status_due ON certificate_spare (status_due) WHERE status_due IS NOT NULL;
