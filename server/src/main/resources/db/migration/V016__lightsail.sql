-- Nothing looks for resources by tag.
DROP INDEX tag_value;

-- GetActiveNames: every type at once.
CREATE INDEX lightsail_resource_all ON lightsail_resource (account, region, created_at, id);
