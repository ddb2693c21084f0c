drop function begin_guess(text);
drop function end_guess(text);
drop function guess_subjects(text);

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

-- Records a successful login: deletes the failures, and stores the account's address.
create or replace function end_login(email text, address text) returns void
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

drop function begin_attempt(text[], text[]);
drop function end_attempt(text[]);

delete from login_attempts where subject like 'owner %';
comment on table login_attempts is 'Consecutive failed logins, by account, by address, by both, and by larger networks';
