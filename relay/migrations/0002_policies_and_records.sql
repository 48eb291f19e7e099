-- A policy is never changed, only followed by the next; the last one is the one that holds.
create table policy_versions (
    tenant  text not null references tenants (name) on delete cascade,
    version integer not null,
    source  text not null,
    signed  text not null,
    note    text not null default '',
    at      integer not null,
    primary key (tenant, version)
);
insert into policy_versions (tenant, version, source, signed, note, at)
    select name, 1, policy, 'set-up', '', cast(strftime('%s', 'now') as integer) from tenants;
alter table tenants drop column policy;

-- What is kept of a session: who did what kind of thing, and no content.
create table sessions (
    id     text primary key,
    tenant text not null references tenants (name) on delete cascade,
    origin text not null,
    began  integer not null,
    ended  integer,
    reason text
);
create index sessions_by_tenant on sessions (tenant, began);
create table records (
    number  integer primary key,
    session text not null references sessions (id) on delete cascade,
    at      integer not null,
    last    integer not null,
    times   integer not null default 1,
    who     text not null,
    what    text not null,
    element text not null default '',
    why     text not null default ''
);
create index records_by_session on records (session, number);

-- What is done with a company's settings and records, by whom. Outlives what it tells of.
create table trail (
    number integer primary key,
    tenant text not null references tenants (name) on delete cascade,
    at     integer not null,
    who    text not null,
    what   text not null,
    about  text not null default ''
);
create index trail_by_tenant on trail (tenant, number);
