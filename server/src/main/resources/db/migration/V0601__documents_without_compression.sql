-- Documents are read and written far more often than their disk space matters: PostgreSQL's own compression (the embedded build has no lz4)
-- costs more processor time per document than everything else that is done to it, and is undone at every path that a query reads.
ALTER TABLE inventory ALTER COLUMN doc SET STORAGE EXTERNAL;
