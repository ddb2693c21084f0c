drop trigger collaborators_changed on collaborators;
drop trigger clients_changed on clients;
drop trigger contracts_changed on contracts;
drop trigger events_changed on events;
drop function skip_unchanged();
