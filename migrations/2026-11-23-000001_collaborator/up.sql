create extension if not exists pg_trgm;

-- Normalizes text for searching and sorting: removes accents, case and ligatures. The extension
-- unaccent is neither available everywhere nor immutable; Unicode decomposition is both.
create function fold(value text) returns text
    language sql immutable strict parallel safe
    return lower(replace(replace(replace(translate(
        regexp_replace(normalize(value, nfd), '[\u0300-\u036f]', '', 'g'),
        'øØłŁđĐðÐŒÆẞ', 'oOlLdDdDœæß'), 'œ', 'oe'), 'æ', 'ae'), 'ß', 'ss'));

comment on function fold is 'Removes accents, case and ligatures, for searching and sorting';

-- Returns the name of the actor; the server sets epic.actor and epic.session in every write.
create function actor_name() returns text
    language sql stable parallel safe
    return coalesce(current_setting('epic.actor', true), '');

create function new_version() returns trigger
    language plpgsql as $$
begin
    new.version := old.version + 1;
    new.update_time := now();
    new.updated_by := actor_name();
    return new;
end $$;

create table collaborators (
    id bigint generated always as identity primary key,
    request_id uuid not null constraint collaborators_request_id_key unique,
    name text not null,
    email text not null,
    phone text not null,
    role text not null
        constraint collaborators_role_check check (role in ('gestion', 'commercial', 'support')),
    password_hash text not null
        constraint collaborators_password_hash_check check (password_hash like '$argon2id$%'),
    must_change_password boolean not null,
    create_time timestamptz not null default now(),
    update_time timestamptz not null default now(),
    updated_by text not null default actor_name(),
    version bigint not null default 1,
    name_sort text collate "C" not null generated always as (fold(name)) stored,
    email_sort text collate "C" not null generated always as (fold(email)) stored,
    search text not null generated always as (fold(name || ' ' || email || ' ' || phone)) stored,
    -- Referenced by a client's commercial and an event's support, so that the foreign keys also
    -- enforce the role.
    constraint collaborators_id_role_key unique (id, role)
);

create unique index collaborators_email_key on collaborators (lower(email));
create index collaborators_by_name on collaborators (name_sort, id);
create index collaborators_by_email on collaborators (email_sort, id);
create index collaborators_by_role on collaborators (role, id);
create index collaborators_by_create_time on collaborators (create_time, id);
create index collaborators_by_update_time on collaborators (update_time, id);
create index collaborators_search on collaborators using gin (search gin_trgm_ops);

create trigger collaborators_version before update on collaborators
    for each row execute function new_version();

-- Locks another gestion account until the transaction ends. When two accounts delete each other
-- concurrently, the second transaction waits and then fails, at every isolation level.
create function keep_a_gestion() returns trigger
    language plpgsql as $$
begin
    perform from collaborators where role = 'gestion' limit 1 for share;
    if not found then
        raise exception using
            errcode = 'check_violation',
            table = 'collaborators',
            constraint = 'collaborators_last_gestion',
            message = 'the last gestion account can be neither deleted nor moved to another role';
    end if;
    return null;
end $$;

create trigger collaborators_last_gestion_deleted after delete on collaborators
    for each row when (old.role = 'gestion') execute function keep_a_gestion();
create trigger collaborators_last_gestion_moved after update of role on collaborators
    for each row when (old.role = 'gestion' and new.role <> 'gestion')
    execute function keep_a_gestion();

comment on table collaborators is 'Employees of the company';
comment on column collaborators.request_id is 'UUID of the request that created the row; a repetition of the request creates no other row';
comment on column collaborators.role is 'Department; determines write access';
comment on column collaborators.password_hash is 'Argon2id hash in PHC string format; never leaves the server';
comment on column collaborators.must_change_password is 'True while the password is a one-time password that gestion issued';
comment on column collaborators.updated_by is 'Full name of the author of this version, at the time of the change';
comment on column collaborators.version is 'Version number from which the etag is formed; incremented by every change';
comment on column collaborators.name_sort is 'Folded name, the sort key';
comment on column collaborators.email_sort is 'Folded email, the sort key';
comment on column collaborators.search is 'Folded text that a search matches';
comment on constraint collaborators_role_check on collaborators is 'A collaborator belongs to gestion, commercial or support';
comment on constraint collaborators_password_hash_check on collaborators is 'A password is stored only as an Argon2id hash';
comment on constraint collaborators_request_id_key on collaborators is 'A request creates one collaborator, even if it is repeated';
comment on constraint collaborators_id_role_key on collaborators is 'Allows foreign keys to require a collaborator''s role';
comment on index collaborators_email_key is 'A collaborator''s email address is unique, regardless of case';
comment on function keep_a_gestion is 'Rejects the deletion or change of role of the last gestion account';
