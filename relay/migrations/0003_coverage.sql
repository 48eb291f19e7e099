-- How far policies reached on the pages of sessions: one count for each session, kind of page and question; the largest of what
-- was told.
create table coverage (
    session text not null references sessions (id) on delete cascade,
    path    text not null,
    what    text not null,
    n       integer not null,
    at      integer not null,
    primary key (session, path, what)
);
create index coverage_by_time on coverage (at);
