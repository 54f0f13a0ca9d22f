create table token (
  id bigint generated always as identity primary key,
  name text not null,
  role text not null check (role in ('admin', 'operator', 'reader')),
  hash bytea not null unique, -- SHA-256 of 256 random bits
  created timestamptz not null default now(),
  created_by text not null,
  expires timestamptz,
  last_used timestamptz,
  revoked timestamptz
);

-- Revoked tokens stay, so that audit rows can be told apart; their names may be taken again.
create unique index token_live_name on token (name) where revoked is null;

create table audit (
  id bigint generated always as identity,
  time timestamptz not null default now(),
  principal text not null,
  role text not null,
  action text not null,
  target text not null,
  before jsonb,
  after jsonb
) partition by range (time);

create index audit_id on audit (id);
