-- Which certificates have a name, for lists by name.
CREATE INDEX certificate_by_name ON certificate_name (name);

-- What the last look at a name found, as JSON; null until it was looked at.
ALTER TABLE certificate_name ADD COLUMN diagnosis TEXT;

-- How often the link to a certificate's status page was revoked; no row means never.
CREATE TABLE certificate_link (
    certificate_id TEXT    NOT NULL PRIMARY KEY,
    revocations    INTEGER NOT NULL
);
