-- Where transactions leave their events. Rows become visible out of the order of their ids, so
-- readers never read this table: the sequencer moves what has committed into "event".
create table event_outbox (
  id bigint generated always as identity primary key,
  time timestamptz not null default now(),
  type text not null,
  action text not null,
  severity text not null check (severity in ('information', 'warning', 'critical')),
  type_id text not null,
  node_id text,
  node_sequence bigint,
  data jsonb not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- The last position that was given.
create table event_position (
  single boolean primary key default true check (single),
  last bigint not null default 0
);
insert into event_position default values;

-- The last sequence number of each node. Taking one locks the row until the transaction ends, so
-- that a node's events commit in the order of their numbers.
create table event_node (
  node_id text primary key,
  sequence bigint not null
) with (fillfactor = 70);

-- Positions have no holes and grow in the order in which rows become visible.
create table event (
  position bigint not null,
  published timestamptz not null default now(),
  time timestamptz not null,
  type text not null,
  action text not null,
  severity text not null,
  type_id text not null,
  node_id text,
  node_sequence bigint,
  data jsonb not null
) partition by range (published);

create index event_by_position on event (position);
create index event_by_node on event (node_id, position);
