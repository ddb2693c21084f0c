create table clients (
    id bigint generated always as identity primary key,
    request_id uuid not null constraint clients_request_id_key unique,
    name text not null,
    email text not null,
    phone text not null,
    company text not null,
    commercial_id bigint,
    commercial_role text not null default 'commercial'
        constraint clients_commercial_role_check check (commercial_role = 'commercial'),
    create_time timestamptz not null default now(),
    update_time timestamptz not null default now(),
    updated_by text not null default actor_name(),
    version bigint not null default 1,
    name_sort text collate "C" not null generated always as (fold(name)) stored,
    email_sort text collate "C" not null generated always as (fold(email)) stored,
    company_sort text collate "C" not null generated always as (fold(company)) stored,
    search text not null default '',
    constraint clients_commercial_fkey foreign key (commercial_id, commercial_role)
        references collaborators (id, role) on delete set null (commercial_id)
);

create unique index clients_email_key on clients (lower(email));
create index clients_by_name on clients (name_sort, id);
create index clients_by_email on clients (email_sort, id);
create index clients_by_company on clients (company_sort, id);
create index clients_by_create_time on clients (create_time, id);
create index clients_by_update_time on clients (update_time, id);
create index clients_by_commercial on clients (commercial_id, name_sort, id);
create index clients_search on clients using gin (search gin_trgm_ops);

-- An empty search text requests a refresh after a change of a referenced record; a refresh creates
-- no new version. Triggers fire in the order of their names: this one fires before clients_search.
create trigger clients_new_version before update on clients
    for each row when (new.search <> '') execute function new_version();

-- A search matches a client by the commercial's name too. The function locks the commercial's row,
-- so that the search text does not miss a concurrent change of the name.
create function clients_search() returns trigger
    language plpgsql as $$
declare
    commercial text;
begin
    select name into commercial from collaborators where id = new.commercial_id for share;
    new.search := fold(concat_ws(' ', new.name, new.email, new.phone, new.company, commercial));
    return new;
end $$;

create trigger clients_search before insert or update on clients
    for each row execute function clients_search();

create function collaborators_refresh_clients() returns trigger
    language plpgsql as $$
begin
    update clients set search = '' where commercial_id = new.id;
    return null;
end $$;

create trigger collaborators_refresh_clients after update of name on collaborators
    for each row when (old.name <> new.name) execute function collaborators_refresh_clients();

create view client_records as
select clients.id, clients.name, clients.email, clients.phone, clients.company,
    clients.commercial_id, coalesce(commercial.name, '') as commercial_name,
    clients.create_time, clients.update_time, clients.updated_by, clients.version,
    clients.name_sort, clients.email_sort, clients.company_sort, clients.search
from clients
left join collaborators commercial on commercial.id = clients.commercial_id;

comment on table clients is 'Clients of the company';
comment on column clients.request_id is 'UUID of the request that created the row; a repetition of the request creates no other row';
comment on column clients.commercial_id is 'Commercial in charge, if any';
comment on column clients.commercial_role is 'Always commercial; second column of the foreign key';
comment on column clients.updated_by is 'Full name of the author of this version, at the time of the change';
comment on column clients.version is 'Version number from which the etag is formed; incremented by every change';
comment on column clients.search is 'Folded text that a search matches; maintained by triggers';
comment on constraint clients_commercial_fkey on clients is 'A client''s commercial has the role commercial and keeps it while in charge; deleting the commercial leaves the client unassigned';
comment on constraint clients_commercial_role_check on clients is 'Fixes the role in the foreign key to the commercial';
comment on constraint clients_request_id_key on clients is 'A request creates one client, even if it is repeated';
comment on index clients_email_key is 'A client''s email address is unique, regardless of case';
comment on view client_records is 'Clients with the names of the records that they reference';
