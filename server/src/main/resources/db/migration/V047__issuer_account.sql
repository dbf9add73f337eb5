-- When the terms were agreed to, since when the key counts, and why the last change of it was refused: a problem document.
ALTER TABLE acme_account ADD COLUMN terms_at BIGINT;
ALTER TABLE acme_account ADD COLUMN key_at BIGINT;
ALTER TABLE acme_account ADD COLUMN key_problem TEXT;

-- What an issuer last did: one row for SUCCESS, one for FAILURE. Times are epoch milliseconds.
CREATE TABLE acme_outcome (
    issuer  TEXT   NOT NULL,
    outcome TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    -- With a blank between.
    names   TEXT   NOT NULL,
    -- A problem document.
    problem TEXT,
    PRIMARY KEY (issuer, outcome)
);
