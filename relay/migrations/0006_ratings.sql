-- How a customer says it went, from 1 (badly) to 3 (well); asked once, at the end.
alter table sessions add column rating integer;
