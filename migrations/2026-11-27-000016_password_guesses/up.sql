-- Counts the guesses of the current password in a password change by account and no longer by address:
-- an open session cannot guess the passwords of others, and the guesses delayed the logins of colleagues
-- behind the same address.

-- Counts an attempt as failed before the password is hashed, so that concurrent attempts cannot
-- bypass the limit. If a wait of a checked subject is in effect, returns its remaining time and counts
-- nothing: attempts during a wait do not extend it.
create function begin_attempt(subjects text[], checked text[]) returns interval
    language plpgsql as $$
declare
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

create function end_attempt(subjects text[]) returns void
    language plpgsql as $$
begin
    perform from login_attempts where subject = any (subjects) order by subject for update;
    delete from login_attempts where subject = any (subjects);
end $$;

create or replace function begin_login(email text, address text) returns interval
    language sql as $$
    select begin_attempt(
        login_subjects(login_account(email), address),
        login_delaying(login_account(email), address)
    )
$$;

-- Records a successful login: deletes the failures, and stores the account's address.
create or replace function end_login(email text, address text) returns void
    language plpgsql as $$
declare
    who text := login_account(email);
begin
    perform end_attempt(login_subjects(who, address));
    insert into login_places values (who, end_login.address, now())
        on conflict on constraint login_places_pkey do update set last_time = now();
end $$;

-- Returns the subjects of a guess of the current password in a password change. It counts for logins from
-- elsewhere too, so that an open session allows no further guesses there; guesses by others do not delay a
-- change.
create function guess_subjects(email text) returns text[]
    language sql immutable parallel safe
    return array['account ' || login_account(email), 'owner ' || login_account(email)];

create function begin_guess(email text) returns interval
    language sql as $$
    select begin_attempt(guess_subjects(email), (guess_subjects(email))[2:])
$$;

create function end_guess(email text) returns void
    language sql as $$
    select end_attempt(guess_subjects(email))
$$;

comment on table login_attempts is 'Consecutive failed logins, by account, by address, by both, and by larger networks; failed guesses of the own password, by account';
comment on function begin_attempt is 'Counts an attempt, or returns the wait of the checked subjects';
comment on function end_attempt is 'Deletes the failures of a successful attempt';
comment on function guess_subjects is 'Returns the subjects under which a guess of the own password is counted';
