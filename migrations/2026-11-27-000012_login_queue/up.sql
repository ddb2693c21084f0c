-- Login attempts take turns, and larger IPv6 networks are counted too.

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
