-- The rights of an account are removed in two steps, so that the account cannot delay the removal. A
-- short transaction suspends the account: it waits for the account's writes only. From its commit on, the
-- account has no rights. The second transaction makes the change, and deletes the suspension. A suspension
-- expires, so that the account is not locked out for good when a server crashes between the two steps. It
-- has no foreign key, because that would wait for a transaction that changes the collaborator.
create table suspensions (
    id bigint generated always as identity primary key,
    collaborator_id bigint not null,
    expire_time timestamptz not null default clock_timestamp() + interval '30 seconds'
);

create index suspensions_by_collaborator on suspensions (collaborator_id);

create trigger suspensions_tell after insert or delete on suspensions
    for each statement execute function tell_sessions();

grant select, insert, delete on suspensions to epic_app;

-- Locks an account until the transaction ends. Its writes and logins share the lock, and a removal of its
-- rights holds it exclusively. It is an advisory lock, because its queue is fair: an exclusive lock of a
-- row waits for as long as other transactions share it in turn. The class is "acct" in ASCII.
create function lock_account(account bigint, exclusively boolean) returns void
    language plpgsql as $$
begin
    if exclusively then
        perform pg_advisory_xact_lock(1633903476, (account % 2147483647)::integer);
    else
        perform pg_advisory_xact_lock_shared(1633903476, (account % 2147483647)::integer);
    end if;
end $$;

-- Locks the second step of a removal. The suspension does not expire while the lock is held. The class is
-- "remv" in ASCII.
create function lock_removal(account bigint) returns void
    language plpgsql as $$
begin
    perform pg_advisory_xact_lock(1919249782, (account % 2147483647)::integer);
end $$;

-- Whether the account is suspended, apart from the suspension `own`.
create function is_suspended(account bigint, own bigint) returns boolean
    language plpgsql as $$
begin
    return exists (
        select from suspensions
        where collaborator_id = account and id is distinct from own
            and (expire_time > clock_timestamp()
                or not pg_try_advisory_xact_lock_shared(
                    1919249782, (account % 2147483647)::integer)));
end $$;

-- Begins a write: locks the writer's account, and the account `removed` exclusively if it is given, in
-- the order of their ids; then reads session, role and suspension. Each statement of the function has a
-- snapshot of its own, so that it sees what was committed while the locks were awaited. Returns no id
-- when the session has ended. The triggers attribute the write to epic.actor, epic.session and epic.rpc.
create function begin_write(
    session uuid, rpc text, removed bigint, own bigint,
    out id bigint, out role text, out suspended boolean
)
    language plpgsql as $$
declare
    account bigint;
    writer text;
begin
    -- The server has shortened the limit for reads; see db/pool.rs.
    perform set_config('lock_timeout', setting_or('epic.lock_timeout', '0'), true);
    select collaborator_id into account from sessions
    where sessions.id = session and expire_time > clock_timestamp();
    -- A suspended account does not wait behind its own removal.
    suspended := coalesce(is_suspended(account, own), false);
    if account is null or suspended then
        return;
    end if;
    if removed < account then
        perform lock_account(removed, true);
    end if;
    perform lock_account(account, removed is not distinct from account);
    if removed > account then
        perform lock_account(removed, true);
    end if;
    select collaborators.id, collaborators.role, collaborators.name into id, role, writer
    from sessions join collaborators on collaborators.id = sessions.collaborator_id
    where sessions.id = session and expire_time > clock_timestamp();
    suspended := coalesce(is_suspended(id, own), false);
    perform set_config('epic.actor', writer, true),
        set_config('epic.actor_id', id::text, true),
        set_config('epic.session', session::text, true),
        set_config('epic.rpc', rpc, true);
end $$;

-- Ends the connections that hold the lock of an account for which a removal waits. The server calls it on
-- a separate connection, with a role that may end them, and repeats a write whose connection ends.
create function terminate_writers(account bigint) returns void
    language sql as $$
    with locks as (
        select pid, granted, mode from pg_locks
        where locktype = 'advisory' and classid = 1633903476
            and objid = (account % 2147483647)::oid and objsubid = 2
            and database = (select oid from pg_database where datname = current_database())
    )
    select pg_terminate_backend(pid) from locks
    where granted and exists (select from locks where not granted and mode = 'ExclusiveLock');
$$;

-- Opens a session, unless the password has changed since it was verified; keeps at most `others` other
-- sessions.
create function open_session(
    account bigint, verified text, others bigint, refresh bytea, device text, address text,
    idle interval, total interval, out session uuid, out suspended boolean
)
    language plpgsql as $$
begin
    perform lock_account(account, false);
    suspended := is_suspended(account, null);
    perform from collaborators where id = account and password_hash = verified;
    if suspended or not found then
        return;
    end if;
    delete from sessions where id in (
        select id from sessions where collaborator_id = account
        order by last_use_time desc, id offset others
    );
    insert into sessions (collaborator_id, refresh_hash, device, address, expire_time, end_time)
    values (account, refresh, device, address, now() + least(idle, total), now() + total)
    returning id into session;
end $$;

-- No trigger locks a collaborator in share mode, which would delay every change of the collaborator. A
-- record that is newly assigned locks the key, as the foreign key does, before the name is read; a
-- change of the name locks the whole row. So one of the two waits, and the search text has the name that
-- is committed last. A record that stays with its collaborator needs no lock: the change of the name
-- updates it afterwards.
create function lock_named_collaborator() returns trigger
    language plpgsql set search_path = public, pg_temp as $$
begin
    perform from collaborators where id = old.id for update;
    return new;
end $$;

create trigger collaborators_lock_name before update of name on collaborators
    for each row when (old.name <> new.name) execute function lock_named_collaborator();

create or replace function clients_search() returns trigger
    language plpgsql set search_path = public, pg_temp as $$
declare
    commercial text;
begin
    if tg_op = 'INSERT' or new.commercial_id is distinct from old.commercial_id then
        perform from collaborators where id = new.commercial_id for key share;
    end if;
    select name into commercial from collaborators where id = new.commercial_id;
    new.search := fold(concat_ws(' ', new.name, new.email, new.phone, new.company, commercial))
        || ' ' || phone_token(new.phone) || number_token('X', new.id::text);
    return new;
end $$;

-- The client is locked in a statement of its own: a statement that waits for the lock would read the
-- commercial's name from a snapshot that is older than the wait.
create or replace function contracts_search() returns trigger
    language plpgsql set search_path = public, pg_temp as $$
declare
    client text;
begin
    perform from clients where id = new.client_id for share;
    select concat_ws(' ', clients.name, clients.company, commercial.name) into client
    from clients left join collaborators commercial on commercial.id = clients.commercial_id
    where clients.id = new.client_id;
    new.search := fold(concat_ws(' ', new.event_title, client))
        || ' ' || number_token('X', new.id::text)
        || number_token('Y', new.total_cents::text)
        || number_token('Y', new.remaining_cents::text)
        || number_token('Z', to_char(new.date, 'YYYYMMDD'));
    return new;
end $$;

create or replace function events_search() returns trigger
    language plpgsql set search_path = public, pg_temp as $$
declare
    contract text;
    support text;
begin
    perform from contracts join clients on clients.id = contracts.client_id
    where contracts.id = new.contract_id for share of contracts, clients;
    select concat_ws(' ', contracts.event_title, clients.name, clients.company, commercial.name)
        into contract
    from contracts join clients on clients.id = contracts.client_id
        left join collaborators commercial on commercial.id = clients.commercial_id
    where contracts.id = new.contract_id;
    if tg_op = 'INSERT' or new.support_id is distinct from old.support_id then
        perform from collaborators where id = new.support_id for key share;
    end if;
    select name into support from collaborators where id = new.support_id;
    new.search := fold(concat_ws(' ', contract, new.location, new.note, support))
        || ' ' || number_token('X', new.id::text);
    return new;
end $$;

-- Locks the key of another gestion account: only its deletion or its change of role waits.
create or replace function keep_a_gestion() returns trigger
    language plpgsql set search_path = public, pg_temp as $$
begin
    perform from collaborators where role = 'gestion' limit 1 for key share;
    if not found then
        raise exception using
            errcode = 'check_violation',
            table = 'collaborators',
            constraint = 'collaborators_last_gestion',
            message = 'the last gestion account can be neither deleted nor moved to another role';
    end if;
    return null;
end $$;

-- Logins and renewals wait for each other's rows, as writes do.
do $$
declare
    called regprocedure;
begin
    for called in
        select oid from pg_proc where pronamespace = 'public'::regnamespace
            and proname in ('open_session', 'begin_login', 'end_login', 'exchange_refresh_token')
    loop
        execute format('alter function %s set lock_timeout = 0', called);
    end loop;
end $$;

comment on table suspensions is 'Accounts whose rights are being removed';
comment on column suspensions.collaborator_id is 'The suspended account';
comment on column suspensions.expire_time is 'Time at which the suspension ends if the removal did not end it';
comment on function lock_account is 'Locks an account until the transaction ends: shared by its writes, exclusively by what removes its rights';
comment on function lock_removal is 'Locks the removal of an account''s rights until the transaction ends';
comment on function is_suspended is 'Whether an account has no rights, because they are being removed';
comment on function begin_write is 'Locks the accounts of a write, and returns its author';
comment on function terminate_writers is 'Ends the connections that a removal of rights waits for';
comment on function open_session is 'Opens a session; returns null if the password has changed or the account is suspended';
comment on function lock_named_collaborator is 'Locks a collaborator whose name changes against new references';
