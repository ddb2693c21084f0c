-- An address is limited by the number of different accounts that are tried from it, and no longer by its
-- failures: five typing errors of a colleague delayed everybody behind the address, and a login of one's own
-- in between allowed any number of guesses at the accounts of others.

-- Returns the address and the larger networks of an IPv6 address, with the number of accounts that may be
-- tried at once from each. Accounts that have signed in from the address before do not count.
create function login_sources(address text, out subject text, out accounts integer) returns setof record
    language sql immutable parallel safe
    begin atomic
        select 'source ' || address, 10
        union all
        select replace(larger, 'network ', 'source '), case when larger like '%/56' then 21 else 81 end
        from unnest(login_networks(address)) larger;
    end;

-- Returns the time until another account may be tried from the address. The time of a source is that until
-- which the accounts so far suffice at one a minute. It is never further ahead than the limit permits, except
-- when the clock was set back.
create function login_source_wait(address text) returns interval
    language sql stable
    return (
        select greatest(interval '0', max(
            least(last_time - clock_timestamp(), accounts * interval '1 minute')
                - (accounts - 1) * interval '1 minute'
        ))
        from login_sources(address) source join login_attempts using (subject)
    );

-- Counts another account for the address, or returns the time to wait.
create function login_charge(address text) returns interval
    language plpgsql as $$
declare
    wait interval := login_source_wait(address);
begin
    -- Nothing is written during a wait.
    if wait > interval '0' then
        return wait;
    end if;
    insert into login_attempts
        select subject, 0, clock_timestamp() from login_sources(address) order by subject
        on conflict do nothing;
    perform from login_attempts
        where subject in (select source.subject from login_sources(address) source)
        order by subject for update;
    wait := login_source_wait(address);
    if wait > interval '0' then
        return wait;
    end if;
    update login_attempts attempt set last_time = interval '1 minute' + least(
        greatest(last_time, clock_timestamp()), clock_timestamp() + accounts * interval '1 minute')
    from login_sources(address) source where source.subject = attempt.subject;
    return interval '0';
end $$;

-- Gives back what an account was counted for.
create function login_refund(address text) returns void
    language sql as $$
    update login_attempts set last_time = last_time - interval '1 minute'
    where subject in (select source.subject from login_sources(address) source)
$$;

-- Returns whether an attempt tries another account from the address: one that neither has signed in from
-- there nor was tried there lately.
create function login_opens(who text, address text) returns boolean
    language sql stable
    return not login_is_known(who, address) and not exists (
        select from login_attempts
        where subject = 'place ' || who || ' ' || $2 and failures > 0
            and last_time + login_wait(failures, subject) >= clock_timestamp() - interval '15 minutes'
    );

-- Returns the subjects of which a login counts the failures: the account, and the account at the address.
create or replace function login_subjects(account text, address text) returns text[]
    language sql immutable parallel safe
    return array['account ' || account, 'place ' || account || ' ' || address];

-- Returns the subjects whose failures delay an attempt. Where the account has signed in before, that is the
-- account at that address.
create or replace function login_delaying(who text, address text) returns text[]
    language sql stable
    return case when login_is_known(who, address) then (login_subjects(who, address))[2:2]
        else (login_subjects(who, address))[1:1] end;

create or replace function login_admission(
    email text, address text, out is_known boolean, out wait interval
)
    language plpgsql as $$
declare
    who text := login_account(email);
begin
    perform forget_future_attempts(login_delaying(who, login_admission.address));
    is_known := login_is_known(who, address);
    select greatest(
        max(last_time + login_wait(failures, subject) - clock_timestamp()), interval '0'
    ) into wait
    from login_attempts
    where subject = any (login_delaying(who, login_admission.address));
    if login_opens(who, address) then
        wait := greatest(wait, login_source_wait(address));
    end if;
end $$;

create or replace function begin_login(email text, address text) returns interval
    language plpgsql as $$
declare
    who text := login_account(email);
    opens boolean := login_opens(who, address);
    wait interval := interval '0';
begin
    if opens then
        wait := login_charge(address);
    end if;
    if wait > interval '0' then
        return wait;
    end if;
    wait := begin_attempt(login_subjects(who, address), login_delaying(who, address));
    if wait > interval '0' and opens then
        perform login_refund(address);
    end if;
    return wait;
end $$;

-- Records a successful login: deletes its failures, gives back to the address what the account was counted
-- for, and stores the address of the account.
create or replace function end_login(email text, address text) returns void
    language plpgsql as $$
declare
    who text := login_account(email);
begin
    -- As begin_login, it locks the sources first.
    if not login_is_known(who, address) then
        perform from login_attempts
            where subject in (select source.subject from login_sources(end_login.address) source)
            order by subject for update;
        perform login_refund(address);
    end if;
    perform end_attempt(login_subjects(who, address));
    insert into login_places values (who, end_login.address, now())
        on conflict on constraint login_places_pkey do update set last_time = now();
end $$;

comment on table login_attempts is 'Consecutive failed logins, by account and by account and address; the accounts tried from an address; failed guesses of the own password, by account';
comment on function login_sources is 'Returns the address and the larger networks of an attempt, with their limits of accounts';
comment on function login_source_wait is 'Returns the time until another account may be tried from an address';
comment on function login_charge is 'Counts another account for an address, or returns the time to wait';
comment on function login_refund is 'Gives back what an account was counted for';
comment on function login_opens is 'Returns whether an attempt tries another account from an address';
comment on function login_delaying is 'Returns the subjects of which the failures delay a login';
