-- Where a job's certificates and distributions are made.

ALTER TABLE saas_job ADD COLUMN platform TEXT NOT NULL DEFAULT 'LOCAL';
