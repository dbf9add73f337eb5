-- Whose deleted certificates were whose leaves may not have ended: a revocation of many has to find those too.
CREATE TABLE deleted_certificate (
    certificate_id TEXT   NOT NULL PRIMARY KEY,
    account        TEXT   NOT NULL,
    -- When the last of its leaves has ended.
    until_at       BIGINT NOT NULL
);
CREATE INDEX deleted_certificate_by_account ON deleted_certificate (account, certificate_id);
CREATE INDEX deleted_certificate_by_end ON deleted_certificate (until_at);
