-- Which certificates have a name, for lists by name.
CREATE INDEX certificate_by_name ON certificate_name (name);

-- What the last look at a name found, as JSON; null until it was looked at.
ALTER TABLE certificate_name ADD COLUMN diagnosis TEXT;

-- How often the link to a certificate's status page was revoked; no row means never.
CREATE TABLE certificate_link (
    certificate_id TEXT    NOT NULL PRIMARY KEY,
    revocations    INTEGER NOT NULL
);

-- Both ends of the redirect that proves a name over HTTP; null where it is proven by DNS.
ALTER TABLE certificate_name ADD COLUMN http_from TEXT;
ALTER TABLE certificate_name ADD COLUMN http_to TEXT;
CREATE INDEX certificate_by_http_from ON certificate_name (http_from) WHERE http_from IS NOT NULL;
CREATE INDEX certificate_by_http_to ON certificate_name (http_to) WHERE http_to IS NOT NULL;
