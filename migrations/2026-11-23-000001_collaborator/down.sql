drop table collaborators;
drop function keep_a_gestion;
drop function new_version;
drop function actor_name;
drop function fold;
-- The extension stays: others may use it.
