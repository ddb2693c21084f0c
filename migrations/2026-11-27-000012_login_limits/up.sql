-- Login attempts take turns, larger IPv6 networks are counted too, and the exchanges of refresh tokens
-- have a limit.

-- Returns the subjects of the larger networks of an IPv6 address: a provider assigns a /64 to a
-- device, a /56 to a household or a /48 to a site, and each of them contains 256 of the smaller ones
-- or more.
create function login_networks(address text) returns text[]
    language sql immutable parallel safe
    return case when address like '%:%' and address <> '::1' then array[
            'network ' || network(set_masklen(address::inet, 56))::text,
            'network ' || network(set_masklen(address::inet, 48))::text
        ] else '{}' end;

-- Returns the subjects of a login attempt: the account, the address, the account at that address, and
-- the larger networks.
create or replace function login_subjects(account text, address text) returns text[]
    language sql immutable parallel safe
    return array['account ' || account, 'address ' || address,
        'place ' || account || ' ' || address] || login_networks(address);

-- The larger networks are shared by more people, so they wait after more failures: 20 and 80 without
-- a wait instead of 4.
create function login_wait(failures integer, subject text) returns interval
    language sql immutable parallel safe
    return login_wait(failures - case
        when subject like 'network %/56' then 16
        when subject like 'network %/48' then 76
        else 0
    end);

create function login_is_known(who text, address text) returns boolean
    language sql stable
    return exists (
        select from login_places known where known.account = who and known.address = $2
    );

-- Returns the subjects whose failures delay an attempt. Where the account has signed in before, those
-- are the address and the account at that address.
create function login_delaying(who text, address text) returns text[]
    language sql stable
    return case when login_is_known(who, address) then (login_subjects(who, address))[2:3]
        else array_remove(login_subjects(who, address), 'place ' || who || ' ' || address)
    end;

create function login_admission(
    email text, address text, out is_known boolean, out wait interval
)
    language plpgsql as $$
begin
    is_known := login_is_known(login_account(email), address);
    select greatest(
        max(last_time + login_wait(failures, subject) - clock_timestamp()), interval '0'
    ) into wait
    from login_attempts
    where subject = any (login_delaying(login_account(email), login_admission.address));
end $$;

-- Counts an attempt as failed before the password is hashed, so that concurrent attempts cannot
-- bypass the limit. If a wait is in effect, returns its remaining time and counts nothing: attempts
-- during a wait do not extend it.
create or replace function begin_login(email text, address text) returns interval
    language plpgsql as $$
declare
    who text := login_account(email);
    subjects text[] := login_subjects(who, address);
    checked text[] := login_delaying(who, address);
    wait interval;
begin
    -- The first pass adds no rows for an attempt that must wait; the second pass checks again with
    -- the rows locked. A fixed lock order prevents deadlocks between attempts.
    for pass in 1..2 loop
        select max(last_time + login_wait(failures, subject) - clock_timestamp()) into wait
        from login_attempts where subject = any (checked);
        if wait > interval '0' then
            return wait;
        end if;
        exit when pass = 2;
        insert into login_attempts
            select subject, 0, clock_timestamp() from unnest(subjects) subject order by subject
            on conflict do nothing;
        perform from login_attempts where subject = any (subjects) order by subject for update;
    end loop;
    update login_attempts set
        failures = case
            when last_time + login_wait(failures, subject)
                < clock_timestamp() - interval '15 minutes' then 1
            else failures + 1
        end,
        last_time = clock_timestamp()
    where subject = any (subjects);
    return interval '0';
end $$;

comment on table login_attempts is 'Consecutive failed logins, by account, by address, by both, and by larger networks';
comment on function login_networks is 'Returns the subjects of the larger networks of an IPv6 address';
comment on function login_wait(integer) is 'Returns the wait after a number of failures';
comment on function login_wait(integer, text) is 'Returns the wait of a subject after a number of failures';
comment on function login_is_known is 'Returns whether the account has signed in from the address before';
comment on function login_delaying is 'Returns the subjects whose failures delay a login';
comment on function login_admission is 'Returns the priority of an attempt, and its wait, before it is counted';

-- Limits the exchanges of refresh tokens per session: 20 at once, and 1 every 30 seconds in the long
-- run. Every exchange moves this time forward by 30 seconds, starting no earlier than the current time.
alter table sessions add column exchange_debt_time timestamptz not null default now();
alter table spent_refresh_tokens add column spend_time timestamptz not null default now();

-- Exchanges a refresh token for its successor. Because a reply can be lost, the same token may be
-- exchanged again within 30 seconds; the new successor replaces the unused one. The use of any
-- other exchanged token indicates theft (by the thief, or by the owner after the thief): the
-- session ends. An exchange beyond the limit changes nothing and returns the time to wait.
drop function exchange_refresh_token(bytea, bytea, interval);
create function exchange_refresh_token(
    used bytea, next bytea, idle interval, out session uuid, out reused boolean, out wait interval
)
    language plpgsql as $$
declare
    held sessions;
begin
    reused := false;
    -- A flood with the current token is refused without a lock, which would be a write.
    select exchange_debt_time - clock_timestamp() - interval '10 minutes' + interval '30 seconds'
        into wait
    from sessions where refresh_hash = used and expire_time > now();
    if wait > interval '0' then
        return;
    end if;
    select * into held from sessions
    where refresh_hash = used
        or previous_hash = used and exchange_time > clock_timestamp() - interval '30 seconds'
    for update;
    if held.expire_time > now() then
        held.exchange_debt_time :=
            greatest(held.exchange_debt_time, clock_timestamp()) + interval '30 seconds';
        -- A repeated exchange has an allowance of its own: refused, it could not be repeated in time.
        wait := held.exchange_debt_time - clock_timestamp() - case
            when held.refresh_hash = used then interval '10 minutes' else interval '15 minutes' end;
        if wait > interval '0' then
            return;
        end if;
        session := held.id;
        insert into spent_refresh_tokens values (held.refresh_hash, held.id, clock_timestamp());
        -- A week of exchanges, every ten minutes. The reuse of an older token is refused, and does
        -- not end the session.
        delete from spent_refresh_tokens where hash in (
            select hash from spent_refresh_tokens where session_id = held.id
            order by spend_time desc offset 1000
        );
        update sessions set
            refresh_hash = next,
            previous_hash = used,
            exchange_time = case
                when held.refresh_hash = used then clock_timestamp() else held.exchange_time end,
            exchange_debt_time = held.exchange_debt_time,
            last_use_time = now(),
            expire_time = least(end_time, now() + idle)
        where id = held.id;
        return;
    end if;
    -- Nothing is written for a token that was never issued.
    perform set_config('epic.rpc', 'RefreshSession', true);
    select end_session(session_id, 'token_reused') into reused
    from spent_refresh_tokens where hash = used;
    reused := coalesce(reused, false);
end $$;

comment on column sessions.exchange_debt_time is 'Time until which the exchanges so far suffice at one every 30 seconds; at most 10 minutes ahead';
comment on column spent_refresh_tokens.spend_time is 'Time of the exchange';
comment on function exchange_refresh_token is 'Returns the session that continues with the new token, or the time to wait; null if the session has ended, or ends because the token was reused';
