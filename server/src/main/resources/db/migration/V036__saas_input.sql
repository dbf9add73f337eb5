-- A job's request apart from the job: it may be megabytes long, and whoever reads the columns behind it walks through all of it.

CREATE TABLE saas_input (
    job_id TEXT NOT NULL PRIMARY KEY,
    input  TEXT NOT NULL
);

INSERT INTO saas_input (job_id, input) SELECT job_id, input FROM saas_job;
ALTER TABLE saas_job DROP COLUMN input;
