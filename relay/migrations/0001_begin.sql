create table tenants (
    name    text primary key,
    company text not null,
    policy  text not null,
    own_consent text not null default 'no' check (own_consent in ('no', 'pressed', 'any'))
);
create table origins (
    tenant text not null references tenants (name) on delete cascade,
    origin text not null,
    primary key (tenant, origin)
);
create table users (
    id       integer primary key,
    tenant   text not null references tenants (name) on delete cascade,
    email    text not null unique,
    name     text not null,
    role     text not null check (role in ('agent', 'supervisor', 'admin', 'auditor')),
    password text not null
);
create table sign_ins (
    token_hash text primary key,
    user_id    integer not null references users (id) on delete cascade,
    expires    integer not null
);
create table ended_sessions (
    id    text primary key,
    ended integer not null
);
create table secrets (
    name  text primary key,
    value text not null
);
