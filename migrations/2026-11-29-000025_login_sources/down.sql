create or replace function login_admission(
    email text, address text, out is_known boolean, out wait interval
)
    language plpgsql as $$
begin
    perform forget_future_attempts(login_delaying(login_account(email), login_admission.address));
    is_known := login_is_known(login_account(email), address);
    select greatest(
        max(last_time + login_wait(failures, subject) - clock_timestamp()), interval '0'
    ) into wait
    from login_attempts
    where subject = any (login_delaying(login_account(email), login_admission.address));
end $$;

create or replace function end_login(email text, address text) returns void
    language plpgsql as $$
declare
    who text := login_account(email);
begin
    perform end_attempt(login_subjects(who, address));
    insert into login_places values (who, end_login.address, now())
        on conflict on constraint login_places_pkey do update set last_time = now();
end $$;

create or replace function begin_login(email text, address text) returns interval
    language sql as $$
    select begin_attempt(
        login_subjects(login_account(email), address),
        login_delaying(login_account(email), address)
    )
$$;

create or replace function login_delaying(who text, address text) returns text[]
    language sql stable
    return case when login_is_known(who, address) then (login_subjects(who, address))[2:3]
        else array_remove(login_subjects(who, address), 'place ' || who || ' ' || address)
    end;

create or replace function login_subjects(account text, address text) returns text[]
    language sql immutable parallel safe
    return array['account ' || account, 'address ' || address,
        'place ' || account || ' ' || address] || login_networks(address);

comment on function login_delaying is 'Returns the subjects whose failures delay a login';
comment on table login_attempts is 'Consecutive failed logins, by account, by address, by both, and by larger networks; failed guesses of the own password, by account';
drop function login_opens(text, text), login_charge(text), login_refund(text), login_source_wait(text),
    login_sources(text);
delete from login_attempts where subject like 'source %';
