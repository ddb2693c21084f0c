-- Values that the server cannot read, such as the date `infinity`, or that would fill a page of a list
-- on their own. The limits of texts are twice those of the validation or more, so that no row that an
-- earlier version accepted is refused.
alter table collaborators
    add constraint collaborators_text_lengths check (
        char_length(name) <= 1000 and char_length(email) <= 1000 and char_length(phone) <= 1000),
    add constraint collaborators_times_readable check (
        create_time between '0001-01-02' and '9999-12-30'
        and update_time between '0001-01-02' and '9999-12-30');
alter table clients
    add constraint clients_text_lengths check (
        char_length(name) <= 1000 and char_length(email) <= 1000 and char_length(phone) <= 1000
        and char_length(company) <= 1000),
    add constraint clients_times_readable check (
        create_time between '0001-01-02' and '9999-12-30'
        and update_time between '0001-01-02' and '9999-12-30');
alter table contracts
    add constraint contracts_text_lengths check (char_length(event_title) <= 1000),
    add constraint contracts_times_readable check (
        date between '0001-01-01' and '9999-12-31'
        and create_time between '0001-01-02' and '9999-12-30'
        and update_time between '0001-01-02' and '9999-12-30');
alter table events
    add constraint events_text_lengths check (
        char_length(location) <= 1000 and char_length(note) <= 8000),
    add constraint events_times_readable check (
        start_time between '0001-01-02' and '9999-12-30'
        and end_time between '0001-01-02' and '9999-12-30'
        and create_time between '0001-01-02' and '9999-12-30'
        and update_time between '0001-01-02' and '9999-12-30');

alter table sessions
    add constraint sessions_text_lengths check (char_length(device) <= 1000 and char_length(address) <= 1000),
    add constraint sessions_times_readable check (
        create_time between '0001-01-02' and '9999-12-30'
        and last_use_time between '0001-01-02' and '9999-12-30'
        and expire_time between '0001-01-02' and '9999-12-30'
        and end_time between '0001-01-02' and '9999-12-30'
        and exchange_time between '0001-01-02' and '9999-12-30'
        and exchange_debt_time between '0001-01-02' and '9999-12-30');
alter table history
    add constraint history_text_lengths check (
        char_length(actor_name) <= 1000 and char_length(record_name) <= 1000 and char_length(rpc) <= 1000),
    add constraint history_times_readable check (time between '0001-01-02' and '9999-12-30');
alter table login_attempts
    add constraint login_attempts_times_readable check (last_time between '0001-01-02' and '9999-12-30');
alter table login_places
    add constraint login_places_times_readable check (last_time between '0001-01-02' and '9999-12-30');
alter table suspensions
    add constraint suspensions_times_readable check (expire_time between '0001-01-02' and '9999-12-30');
alter table spent_refresh_tokens
    add constraint spent_refresh_tokens_times_readable check (spend_time between '0001-01-02' and '9999-12-30');

comment on constraint sessions_text_lengths on sessions is 'A text fits into a page of a list';
comment on constraint history_text_lengths on history is 'A text fits into a page of a list';
comment on constraint sessions_times_readable on sessions is 'A time is finite and has a year of four digits';
comment on constraint history_times_readable on history is 'A time is finite and has a year of four digits';
comment on constraint login_attempts_times_readable on login_attempts is 'A time is finite and has a year of four digits';
comment on constraint login_places_times_readable on login_places is 'A time is finite and has a year of four digits';
comment on constraint suspensions_times_readable on suspensions is 'A time is finite and has a year of four digits';
comment on constraint spent_refresh_tokens_times_readable on spent_refresh_tokens is 'A time is finite and has a year of four digits';
comment on constraint collaborators_text_lengths on collaborators is 'A text fits into a page of a list';
comment on constraint clients_text_lengths on clients is 'A text fits into a page of a list';
comment on constraint contracts_text_lengths on contracts is 'A text fits into a page of a list';
comment on constraint events_text_lengths on events is 'A text fits into a page of a list';
comment on constraint collaborators_times_readable on collaborators is 'A time is finite and has a year of four digits';
comment on constraint clients_times_readable on clients is 'A time is finite and has a year of four digits';
comment on constraint contracts_times_readable on contracts is 'A date or time is finite and has a year of four digits';
comment on constraint events_times_readable on events is 'A time is finite and has a year of four digits';

-- The servers that may run on this schema. A later migration that an earlier server can live with adds
-- no row, so that servers of both versions can run during an upgrade.
create table server_requirements (
    migration text primary key,
    oldest_server text not null
);
insert into server_requirements values ('20261129000021', '0.1.0');
grant select on server_requirements to epic_app;

comment on table server_requirements is 'The oldest version of epic-server that may run on the schema, for each migration that has one';
comment on column server_requirements.migration is 'Version of the migration';
comment on column server_requirements.oldest_server is 'Version of the server, such as 1.2.3';
