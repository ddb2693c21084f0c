create table sessions (
    id uuid primary key default gen_random_uuid(),
    collaborator_id bigint not null
        constraint sessions_collaborator_fkey references collaborators on delete cascade,
    refresh_hash bytea not null constraint sessions_refresh_hash_key unique,
    create_time timestamptz not null default now(),
    last_use_time timestamptz not null default now(),
    expire_time timestamptz not null
);

create index sessions_by_collaborator on sessions (collaborator_id);

-- Ends every session except the current one when the password changes.
create function end_sessions() returns trigger
    language plpgsql as $$
begin
    delete from sessions
    where collaborator_id = new.id
        and id::text <> coalesce(current_setting('epic.session', true), '');
    return null;
end $$;

create trigger collaborators_end_sessions after update of password_hash on collaborators
    for each row when (old.password_hash <> new.password_hash) execute function end_sessions();

comment on table sessions is 'Sessions that have begun and not ended';
comment on column sessions.refresh_hash is 'SHA-256 of the current refresh token';
comment on column sessions.expire_time is 'Time at which the session ends, regardless of use';
comment on constraint sessions_collaborator_fkey on sessions is 'A session ends when its collaborator is deleted';
comment on constraint sessions_refresh_hash_key on sessions is 'A refresh token is unique to a session';
comment on function end_sessions is 'Ends the other sessions of a collaborator whose password changes';
