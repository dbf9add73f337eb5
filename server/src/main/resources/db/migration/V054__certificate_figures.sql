-- What figures for operators are made of is counted in indexes alone, whose entries take some bytes: the rows have chains and keys.

-- From whom certificates come, and who has signed them.
CREATE INDEX certificate_by_issuer ON certificate (issuers, issued_by, state, origin);
-- What ends first.
CREATE INDEX certificate_by_end ON certificate (not_after) WHERE state = 'ISSUED';
CREATE INDEX certificate_renewal_by_status ON certificate_renewal (status);
-- Spares that are there have an end; of those that are not there, which are asked for.
CREATE INDEX certificate_spare_ready ON certificate_spare (not_after) WHERE not_after IS NOT NULL;
CREATE INDEX certificate_spare_missing ON certificate_spare (issuers, next_due, not_after) WHERE not_after IS NULL;
