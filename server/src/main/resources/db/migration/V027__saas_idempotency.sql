-- A job under the key its sender gave, so that a repeated request makes no second one; the digest tells another request.

ALTER TABLE saas_job ADD COLUMN request_key TEXT;
ALTER TABLE saas_job ADD COLUMN request_digest TEXT;
CREATE UNIQUE INDEX saas_job_by_request ON saas_job (account, request_key);
