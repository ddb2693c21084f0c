-- Counts failed logins, to rate-limit login attempts. The servers of a database share the counts.
create table login_attempts (
    subject text primary key,
    failures integer not null,
    last_time timestamptz not null
);

-- Addresses from which an account has signed in before. Guesses from elsewhere delay logins to the
-- account everywhere except there, so that they do not lock out the owner.
create table login_places (
    account text not null,
    address text not null,
    last_time timestamptz not null,
    primary key (account, address)
);

grant select, insert, update, delete on login_attempts, login_places to epic_app;

-- Four failures cause no wait. From the fifth on, the wait doubles from 1 second to 15 minutes.
create function login_wait(failures integer) returns interval
    language sql immutable parallel safe
    return case when failures < 5 then interval '0'
        else least(interval '1 second' * power(2, least(failures, 20) - 5), interval '15 minutes')
    end;

-- Identifies an account by the hash of its email address, because users type passwords into the
-- wrong field, and typed text must not be stored. Lower case, as in the login itself; otherwise
-- other spellings of the same account would be counted separately.
create function login_account(email text) returns text
    language sql immutable parallel safe
    return encode(sha256(convert_to(lower(email), 'UTF8')), 'hex');

-- Returns the subjects of a login attempt: the account, the address, and the account at that
-- address.
create function login_subjects(account text, address text) returns text[]
    language sql immutable parallel safe
    return array['account ' || account, 'address ' || address,
        'place ' || account || ' ' || address];

-- Counts an attempt as failed before the password is hashed, so that concurrent attempts cannot
-- bypass the limit. If a wait is in effect, returns its remaining time and counts nothing: attempts
-- during a wait do not extend it.
create function begin_login(email text, address text) returns interval
    language plpgsql as $$
declare
    who text := login_account(email);
    subjects text[] := login_subjects(who, address);
    checked text[];
    wait interval;
begin
    if exists (
        select from login_places known
        where known.account = who and known.address = begin_login.address
    ) then
        checked := subjects[2:3];
    else
        checked := subjects[1:2];
    end if;
    -- The first pass adds no rows for an attempt that must wait; the second pass checks again with
    -- the rows locked. A fixed lock order prevents deadlocks between attempts.
    for pass in 1..2 loop
        select max(last_time + login_wait(failures) - clock_timestamp()) into wait
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
            when last_time + login_wait(failures) < clock_timestamp() - interval '15 minutes' then 1
            else failures + 1
        end,
        last_time = clock_timestamp()
    where subject = any (subjects);
    return interval '0';
end $$;

-- Records a successful login: deletes the failures, and stores the account's address.
create function end_login(email text, address text) returns void
    language plpgsql as $$
declare
    who text := login_account(email);
    subjects text[] := login_subjects(who, address);
begin
    perform from login_attempts where subject = any (subjects) order by subject for update;
    delete from login_attempts where subject = any (subjects);
    insert into login_places values (who, end_login.address, now())
        on conflict on constraint login_places_pkey do update set last_time = now();
end $$;

comment on table login_attempts is 'Consecutive failed logins, by account, by address, and by both';
comment on column login_attempts.subject is 'Subject of the count; identifies an account by the SHA-256 of its email address in lower case';
comment on column login_attempts.failures is 'Failures since the last success, or the last period of 15 minutes without a failure';
comment on column login_attempts.last_time is 'Start time of the last attempt';
comment on table login_places is 'Addresses from which an account has signed in before';
comment on column login_places.account is 'SHA-256 of the email address in lower case';
comment on column login_places.address is 'IP address; for IPv6, the 64-bit network';
comment on function login_wait is 'Returns the wait after a number of failures';
comment on function login_account is 'Returns the identifier of an account in the counts';
comment on function login_subjects is 'Returns the subjects under which a login is counted';
comment on function begin_login is 'Counts an attempt, or returns the remaining wait';
comment on function end_login is 'Deletes the failures after a successful login';
