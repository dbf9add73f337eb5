-- What a notice is about: EXPIRY, or REVOKED_IN_USE.
ALTER TABLE certificate_event ADD COLUMN kind TEXT NOT NULL DEFAULT 'EXPIRY';

-- The root that was imported with a chain, DER: it is not served, but given back by GetCertificate.
ALTER TABLE import_fingerprint ADD COLUMN root BYTEA;
