-- 1: nobody has thought of a spare for the certificate on account of this use, because no issuer of spares was named then. A start
-- with such issuers reads these and no others.
ALTER TABLE certificate_use ADD COLUMN spare_open INTEGER NOT NULL DEFAULT 1;
CREATE INDEX certificate_use_spare_open ON certificate_use (certificate_id) WHERE spare_open = 1;
