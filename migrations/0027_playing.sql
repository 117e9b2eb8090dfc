-- Whether people outside the account hear a call by the share's links, and not only read it. They do not unless its
-- sharer has said so.
alter table shares add column audio boolean not null default false;
