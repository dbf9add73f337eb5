-- What each issuer last said of what was ordered for a certificate: MAIN for its own material, SPARE for what is kept ready.
CREATE TABLE certificate_answer (
    certificate_id TEXT    NOT NULL,
    slot           TEXT    NOT NULL,
    issuer         TEXT    NOT NULL,
    -- SIGNED, REFUSED, UNAVAILABLE or UNDER_WAY
    said           TEXT    NOT NULL,
    message        TEXT    NOT NULL,
    -- Who must act, as in diagnoses.
    actor          TEXT    NOT NULL,
    -- Since when it says so, and when it last did. Epoch milliseconds.
    since          BIGINT  NOT NULL,
    at             BIGINT  NOT NULL,
    -- 1: of an attempt that is over, so nothing is decided by it.
    past           INTEGER NOT NULL,
    PRIMARY KEY (certificate_id, slot, issuer)
);

-- Which issuer the material is from; null: our own, or an import. The candidate's becomes the certificate's with it.
ALTER TABLE certificate ADD COLUMN issued_by TEXT;
ALTER TABLE certificate_candidate ADD COLUMN issued_by TEXT;
