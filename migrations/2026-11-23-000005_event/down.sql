drop view collaborator_records;
drop view contract_records;
drop view event_records;
drop trigger contracts_refresh_events on contracts;
drop function contracts_refresh_events;
drop trigger collaborators_refresh_events on collaborators;
drop function collaborators_refresh_events;
drop table events;
drop function events_search;
