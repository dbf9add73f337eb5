-- Jobs that are being received: their entries are in saas_entry already, and nobody sees them before saas_job has their job.

CREATE TABLE saas_upload (
    job_id  TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    seen_at BIGINT NOT NULL
);
