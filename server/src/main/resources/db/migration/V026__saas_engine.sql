-- Orders to a job as a whole (run, pause, cancel, remove), the round of an entry that is tried anew, and whose turn it is:
-- a row for each job and shard, so that what is due is found without looking at entries that wait.

ALTER TABLE saas_job ADD COLUMN standing TEXT NOT NULL DEFAULT 'RUN';
ALTER TABLE saas_entry ADD COLUMN round INTEGER NOT NULL DEFAULT 0;

CREATE TABLE saas_turn (
    shard    INTEGER NOT NULL,
    job_id   TEXT    NOT NULL,
    account  TEXT    NOT NULL,
    due_at   BIGINT,
    taken_at BIGINT  NOT NULL,
    PRIMARY KEY (shard, job_id)
);

CREATE INDEX saas_turn_due ON saas_turn (shard, due_at);

INSERT INTO saas_turn (shard, job_id, account, due_at, taken_at)
SELECT e.shard, e.job_id, j.account, MIN(e.due_at), 0
FROM saas_entry e JOIN saas_job j ON j.job_id = e.job_id
GROUP BY e.shard, e.job_id, j.account;

DROP INDEX saas_entry_due;
CREATE INDEX saas_entry_due ON saas_entry (shard, job_id, due_at);
