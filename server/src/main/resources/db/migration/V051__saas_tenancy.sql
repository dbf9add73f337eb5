-- Entries that a tenant of a multi-tenant distribution serves: what it fills in, and where its names are to lead before it is made.

ALTER TABLE saas_entry ADD COLUMN tenancy TEXT;
ALTER TABLE saas_entry ADD COLUMN traffic_target TEXT;
