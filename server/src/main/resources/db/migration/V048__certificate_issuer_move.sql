-- The time for proofs stands still until then, because nothing but an issuer's rate limit is waited for; what is left of it was
-- added to the deadline already. Null: it runs.
ALTER TABLE certificate ADD COLUMN held_until BIGINT;

-- From whom an entry's certificate comes, first choice first, blanks between the names. Null: from whom the settings say.
ALTER TABLE saas_entry ADD COLUMN issuers TEXT;

-- Under which key a certificate was moved to other issuers, so that a request that comes again changes nothing again.
CREATE TABLE certificate_move (
    certificate_id TEXT   NOT NULL,
    request_key    TEXT   NOT NULL,
    digest         TEXT   NOT NULL,
    at             BIGINT NOT NULL,
    PRIMARY KEY (certificate_id, request_key)
);
