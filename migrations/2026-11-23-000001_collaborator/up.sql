create extension if not exists pg_trgm;

-- Text as people search and sort it: without accents, case or ligatures. Unaccent is not everywhere
-- and not immutable; Unicode decomposition is both.
create function fold(value text) returns text
    language sql immutable strict parallel safe
    return lower(replace(replace(replace(translate(
        regexp_replace(normalize(value, nfd), '[\u0300-\u036f]', '', 'g'),
        'øØłŁđĐðÐŒÆẞ', 'oOlLdDdDœæß'), 'œ', 'oe'), 'æ', 'ae'), 'ß', 'ss'));

comment on function fold is 'Text without accents, case and ligatures, for searching and sorting';

-- Who makes the change; the server sets epic.actor and epic.session in every write.
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
    -- What a client's commercial and an event's support point to, so that their role is held too.
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

-- Looks for another gestion account and holds it until the transaction ends: of two who delete each
-- other, one waits and is refused, whatever the isolation level.
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

comment on table collaborators is 'The people of the company';
comment on column collaborators.request_id is 'UUID of the request that made the row; the same request makes no second one';
comment on column collaborators.role is 'Department, which decides what may be written';
comment on column collaborators.password_hash is 'Argon2id in PHC form; never leaves the server';
comment on column collaborators.must_change_password is 'The password is one that gestion handed out';
comment on column collaborators.updated_by is 'Full name of who made this version, as it was then';
comment on column collaborators.version is 'What the etag names; grows with every change';
comment on column collaborators.name_sort is 'The name as it is sorted';
comment on column collaborators.email_sort is 'The email as it is sorted';
comment on column collaborators.search is 'Every text that a search looks at';
comment on constraint collaborators_role_check on collaborators is 'A collaborator belongs to one of the three departments';
comment on constraint collaborators_password_hash_check on collaborators is 'Only a hash can be stored as a password';
comment on constraint collaborators_request_id_key on collaborators is 'A request adds one collaborator, however often it is sent';
comment on constraint collaborators_id_role_key on collaborators is 'Lets foreign keys ask for a collaborator of a certain role';
comment on index collaborators_email_key is 'An email address belongs to one collaborator, without regard to case';
comment on function keep_a_gestion is 'The last gestion account can be neither deleted nor moved to another role';
