-- Who guesses passwords waits. Counted here, so that all servers of one database count together.
create table login_attempts (
    subject text primary key,
    failures integer not null,
    last_time timestamptz not null
);

-- Where an account has signed in before. Somebody who guesses from elsewhere makes the account wait
-- everywhere but there: its owner is not locked out.
create table login_places (
    account text not null,
    address text not null,
    last_time timestamptz not null,
    primary key (account, address)
);

grant select, insert, update, delete on login_attempts, login_places to epic_app;

-- Four failures cost nothing. From the fifth on the wait doubles from 1 second up to 15 minutes.
create function login_wait(failures integer) returns interval
    language sql immutable parallel safe
    return case when failures < 5 then interval '0'
        else least(interval '1 second' * power(2, least(failures, 20) - 5), interval '15 minutes')
    end;

-- An account by the hash of its email: people type passwords into the wrong field, and what they
-- typed is not to be kept. In lower case as the login itself has it, or another spelling of the same
-- account would be counted apart.
create function login_account(email text) returns text
    language sql immutable parallel safe
    return encode(sha256(convert_to(lower(email), 'UTF8')), 'hex');

-- What a login is counted under: the account, the address, and the account at that address.
create function login_subjects(account text, address text) returns text[]
    language sql immutable parallel safe
    return array['account ' || account, 'address ' || address,
        'place ' || account || ' ' || address];

-- Counts an attempt as if it failed, before any password is hashed, so that attempts at the same
-- time cannot slip past each other. Returns how long to wait instead, and then counts nothing: who
-- is waiting does not make the wait longer.
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
    -- Looked at twice: somebody who waits shall not add rows, and the rows are held from the second
    -- time on. One order for all keeps two attempts from waiting for each other.
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

-- The password was right: forgets the failures, and remembers the place.
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

comment on table login_attempts is 'Failed logins in a row, by account, by address, and by both';
comment on column login_attempts.subject is 'What is counted; an account by the SHA-256 of its email address in lower case';
comment on column login_attempts.failures is 'Failures since the last success, or since 15 minutes without any';
comment on column login_attempts.last_time is 'When the last attempt began';
comment on table login_places is 'From where an account has signed in before';
comment on column login_places.account is 'SHA-256 of the email address in lower case';
comment on column login_places.address is 'IP address; of IPv6, the network of 64 bits';
comment on function login_wait is 'How long to wait after that many failures';
comment on function login_account is 'What an account is counted as';
comment on function login_subjects is 'What a login is counted under';
comment on function begin_login is 'Counts an attempt, or says how long to wait';
comment on function end_login is 'Forgets failures after a right password';
