-- Spares that rest: looked for once in the life of each process, which must not read the others.
CREATE INDEX certificate_spare_resting ON certificate_spare (shard) WHERE next_due IS NULL;
