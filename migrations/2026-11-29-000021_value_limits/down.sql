drop table server_requirements;
alter table events drop constraint events_times_readable, drop constraint events_text_lengths;
alter table contracts drop constraint contracts_times_readable, drop constraint contracts_text_lengths;
alter table clients drop constraint clients_times_readable, drop constraint clients_text_lengths;
alter table collaborators
    drop constraint collaborators_times_readable, drop constraint collaborators_text_lengths;
