drop table collaborators;
drop function keep_a_gestion;
drop function new_version;
drop function actor_name;
drop function fold;
-- Does not drop the extension, because other objects may use it.
