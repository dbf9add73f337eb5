-- How far each edge node has followed the change feed. Written on PostgreSQL only: SQLite has one node.
CREATE TABLE edge_node (
    id      TEXT   NOT NULL PRIMARY KEY,
    applied BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
);
