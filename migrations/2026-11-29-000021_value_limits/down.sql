drop table server_requirements;
alter table spent_refresh_tokens drop constraint spent_refresh_tokens_times_readable;
alter table suspensions drop constraint suspensions_times_readable;
alter table login_places drop constraint login_places_times_readable;
alter table login_attempts drop constraint login_attempts_times_readable;
alter table history drop constraint history_times_readable, drop constraint history_text_lengths;
alter table sessions drop constraint sessions_times_readable, drop constraint sessions_text_lengths;
alter table events drop constraint events_times_readable, drop constraint events_text_lengths;
alter table contracts drop constraint contracts_times_readable, drop constraint contracts_text_lengths;
alter table clients drop constraint clients_times_readable, drop constraint clients_text_lengths;
alter table collaborators
    drop constraint collaborators_times_readable, drop constraint collaborators_text_lengths;
