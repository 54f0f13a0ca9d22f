-- Work that must not be lost. A row waits until "due" and is then made ready; a leased row is not
-- ready and due at the end of its lease. Finished rows leave the table.
create table queue_item (
  id bigint generated always as identity primary key,
  queue text not null,
  key text not null, -- asking for the same thing twice is one row
  group_key text not null, -- groups take turns
  priority smallint not null check (priority in (0, 1)), -- interactive, bulk
  ready boolean not null,
  turn bigint not null, -- order among ready rows: each group has one row per turn
  due timestamptz not null,
  enqueued timestamptz not null default now(),
  fence bigint not null default 0, -- grows with every lease; who holds an older one is too late
  attempt integer not null default 0,
  owner text,
  failure text,
  payload jsonb not null,
  unique (queue, key)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

create index queue_item_ready on queue_item (queue, priority, turn, id) where ready;
create index queue_item_aged on queue_item (queue, enqueued) where ready and priority = 1;
create index queue_item_due on queue_item (queue, due) where not ready;
create index queue_item_group on queue_item (queue, group_key, priority, turn);

-- What failed for good, for a person to look at.
create table queue_dead (
  id bigint not null,
  died timestamptz not null default now(),
  queue text not null,
  key text not null,
  group_key text not null,
  enqueued timestamptz not null,
  attempt integer not null,
  failure text not null,
  payload jsonb not null
) partition by range (died);

create index queue_dead_by_queue on queue_dead (queue, died);
