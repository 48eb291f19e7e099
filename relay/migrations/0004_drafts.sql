-- What an admin is making of the policy: one each, until it is published or thrown away. Pages that try it out name it by its key.
create table drafts (
    user_id  integer primary key references users (id) on delete cascade,
    tenant   text not null references tenants (name) on delete cascade,
    key      text not null unique,
    source   text not null,
    based_on integer not null,
    saved    integer not null default 1,
    at       integer not null
);
