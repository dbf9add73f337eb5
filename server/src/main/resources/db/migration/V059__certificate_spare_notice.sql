-- Since when a certificate that is to have a spare has been without one. Null: it has one, or none is got now.
ALTER TABLE certificate_spare ADD COLUMN lacking_since BIGINT;
CREATE INDEX certificate_spare_lacking ON certificate_spare (lacking_since) WHERE lacking_since IS NOT NULL;

-- Which spare was put in the first one's place, when and why: for those who are told of it.
CREATE TABLE certificate_spare_switch (
    certificate_id TEXT   NOT NULL,
    at             BIGINT NOT NULL,
    account        TEXT   NOT NULL,
    region         TEXT   NOT NULL,
    why            TEXT   NOT NULL,
    from_issuer    TEXT   NOT NULL,
    from_serial    TEXT   NOT NULL,
    to_issuer      TEXT   NOT NULL,
    to_serial      TEXT   NOT NULL,
    -- Of the spare.
    not_after      BIGINT NOT NULL,
    PRIMARY KEY (certificate_id, at)
);
CREATE INDEX certificate_spare_switch_account ON certificate_spare_switch (account, at, certificate_id);
