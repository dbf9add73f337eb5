-- What happened to one name is found by the name; what is old, by its time.

CREATE INDEX domain_event_by_name ON domain_event (account, name, at, id);
CREATE INDEX domain_event_by_time ON domain_event (at);
