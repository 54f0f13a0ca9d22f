-- Runs that must end before a released resource is free again.
CREATE TABLE run_reclaim (
  run bigint PRIMARY KEY,
  kind text NOT NULL,
  resource text NOT NULL
);
