-- Nodes that are known by their hostname alone, from results of Vogeler's clients.
CREATE TABLE vogeler_node (
  node text COLLATE "C" PRIMARY KEY REFERENCES node ON DELETE CASCADE,
  hostname text NOT NULL
);
CREATE INDEX vogeler_node_hostname ON vogeler_node (lower(hostname));

-- Jobs that runners asked for: their results are answered.
CREATE TABLE vogeler_request (
  job bigint PRIMARY KEY,
  peer text NOT NULL,
  created timestamptz NOT NULL DEFAULT now()
);

-- Answers on their way to the broker.
CREATE TABLE vogeler_reply (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  body bytea NOT NULL,
  created timestamptz NOT NULL DEFAULT now()
);
