-- Ready answers of a company's helpers. Where a company has none of its own, those that ship are used; `replies_kept` says that it
-- has, even if there are none left.
create table replies (
    tenant   text not null references tenants (name) on delete cascade,
    place    integer not null,
    language text not null,
    name     text not null,
    words    text not null,
    primary key (tenant, place)
);
alter table tenants add column replies_kept integer not null default 0;
