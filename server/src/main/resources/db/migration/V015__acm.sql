-- What ACM lists and searches by, and what only its account configuration and options have.

-- Bit n is bit n of RFC 5280's KeyUsage; 0 before there is a certificate, or where it does not say.
ALTER TABLE certificate ADD COLUMN key_usage INTEGER NOT NULL DEFAULT 0;
-- Object identifiers, each between blanks of its own, so that one is found by ' oid '.
ALTER TABLE certificate ADD COLUMN extended_key_usage TEXT NOT NULL DEFAULT '';
-- Set once issued or imported.
ALTER TABLE certificate ADD COLUMN common_name TEXT;

-- What the own CA has issued so far has one profile. What was imported so far tells its uses at the next re-import.
UPDATE certificate SET key_usage = CASE WHEN key_algorithm LIKE 'RSA%' THEN 5 ELSE 1 END,
                       extended_key_usage = ' 1.3.6.1.5.5.7.3.1 '
WHERE serial IS NOT NULL AND origin <> 'IMPORTED';

CREATE INDEX certificate_by_age ON certificate (account, region, created_at, id);
DROP INDEX certificate_by_account;

-- From how many days before its end a certificate's expiry is told, per account and Region.
CREATE TABLE certificate_expiry_events (
    account     TEXT    NOT NULL,
    region      TEXT    NOT NULL,
    days_before INTEGER NOT NULL,
    PRIMARY KEY (account, region)
);

-- The tokens PutAccountConfiguration was called with, each of which counts for an hour.
CREATE TABLE acm_configuration_token (
    account     TEXT    NOT NULL,
    region      TEXT    NOT NULL,
    token       TEXT    NOT NULL,
    days_before INTEGER,
    used_at     BIGINT  NOT NULL,
    PRIMARY KEY (account, region, token)
);
CREATE INDEX acm_configuration_token_age ON acm_configuration_token (used_at);
