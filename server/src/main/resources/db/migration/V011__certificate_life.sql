-- What a certificate may do beyond being issued: be proven over HTTP, be exported, be revoked.

-- DNS or HTTP.
ALTER TABLE certificate ADD COLUMN validation TEXT NOT NULL DEFAULT 'DNS';
ALTER TABLE certificate ADD COLUMN exportable INTEGER NOT NULL DEFAULT 0;
-- The first time its key left the vault for a caller.
ALTER TABLE certificate ADD COLUMN exported_at BIGINT;
-- Both set in state REVOKED.
ALTER TABLE certificate ADD COLUMN revoked_at BIGINT;
ALTER TABLE certificate ADD COLUMN revocation_reason TEXT;
