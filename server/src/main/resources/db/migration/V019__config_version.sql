-- Where each accepted configuration came from, and what somebody wrote about it.

ALTER TABLE distribution_version ADD COLUMN door TEXT NOT NULL DEFAULT '';
ALTER TABLE distribution_version ADD COLUMN note TEXT NOT NULL DEFAULT '';

-- What retention looks for.
CREATE INDEX distribution_version_by_age ON distribution_version (accepted_at);
