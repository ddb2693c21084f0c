alter table sessions
    add column device text not null default '',
    add column address text not null default '',
    add column end_time timestamptz,
    add column previous_hash bytea,
    add column exchange_time timestamptz;
update sessions set end_time = expire_time;
alter table sessions alter column end_time set not null;

-- Stores the exchanged refresh tokens of a session until the session ends. The reuse of an
-- exchanged token indicates theft, and ends the session.
create table spent_refresh_tokens (
    hash bytea primary key,
    session_id uuid not null
        constraint spent_refresh_tokens_session_fkey references sessions on delete cascade
);

create index spent_refresh_tokens_by_session on spent_refresh_tokens (session_id);
create index sessions_by_previous_hash on sessions (previous_hash);

grant select, insert, delete on spent_refresh_tokens to epic_app;

-- Notifies the servers of changes to sessions and accounts. Each server caches sessions briefly,
-- and invalidates its cache on a notification.
create function tell_sessions() returns trigger
    language plpgsql as $$
begin
    notify epic_sessions;
    return null;
end $$;

create trigger sessions_tell after delete on sessions
    for each statement execute function tell_sessions();
create trigger collaborators_tell_sessions
    after update of name, email, role, password_hash, must_change_password or delete
    on collaborators
    for each statement execute function tell_sessions();

-- Ends a session and records the reason; returns false if the session had already ended.
create function end_session(session uuid, kind text) returns boolean
    language plpgsql security definer set search_path = public, pg_temp as $$
declare
    holder bigint;
begin
    if kind not in ('session_revoked', 'token_reused') then
        raise exception 'a session cannot be %', kind;
    end if;
    delete from sessions where id = session returning collaborator_id into holder;
    if holder is null then
        return false;
    end if;
    perform add_history(kind, 'collaborator', holder, record_name('collaborator', holder),
        null, '[]');
    return true;
end $$;

revoke execute on function end_session(uuid, text) from public;
grant execute on function end_session(uuid, text) to epic_app;

-- Exchanges a refresh token for its successor. Because a reply can be lost, the same token may be
-- exchanged again within 30 seconds; the new successor replaces the unused one. The use of any
-- other exchanged token indicates theft (by the thief, or by the owner after the thief): the
-- session ends.
create function exchange_refresh_token(
    used bytea, next bytea, idle interval, out session uuid, out reused boolean
)
    language plpgsql as $$
declare
    held sessions;
begin
    reused := false;
    select * into held from sessions
    where refresh_hash = used
        or previous_hash = used and exchange_time > clock_timestamp() - interval '30 seconds'
    for update;
    if held.expire_time > now() then
        session := held.id;
        insert into spent_refresh_tokens values (held.refresh_hash, held.id);
        update sessions set
            refresh_hash = next,
            previous_hash = used,
            exchange_time = case
                when held.refresh_hash = used then clock_timestamp() else held.exchange_time end,
            last_use_time = now(),
            expire_time = least(end_time, now() + idle)
        where id = held.id;
        return;
    end if;
    perform set_config('epic.rpc', 'RefreshSession', true);
    select end_session(session_id, 'token_reused') into reused
    from spent_refresh_tokens where hash = used;
    reused := coalesce(reused, false);
end $$;

comment on column sessions.device is 'Device name that the client sent at login';
comment on column sessions.address is 'IP address from which the session was last used';
comment on column sessions.last_use_time is 'Time of the last use, to the minute';
comment on column sessions.expire_time is 'Time at which the session ends if it is not used again';
comment on column sessions.end_time is 'Time at which the session ends, regardless of use';
comment on column sessions.previous_hash is 'SHA-256 of the most recently exchanged refresh token';
comment on column sessions.exchange_time is 'Time of that exchange, which may be repeated shortly afterwards';
comment on table spent_refresh_tokens is 'Refresh tokens that have been exchanged and must not be reused';
comment on column spent_refresh_tokens.hash is 'SHA-256 of the refresh token';
comment on constraint spent_refresh_tokens_session_fkey on spent_refresh_tokens is 'An exchanged refresh token is deleted with its session';
comment on function tell_sessions is 'Notifies every server that a session or an account has changed';
comment on function end_session is 'Ends a session and adds an entry to the history';
comment on function exchange_refresh_token is 'Returns the session that continues with the new token; null if the session has ended, or ends because the token was reused';
