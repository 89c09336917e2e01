-- The versions that the tables of models hold anything of.
SELECT DISTINCT model, version FROM model_blob
UNION DISTINCT SELECT DISTINCT model, version FROM model_neighbour
UNION DISTINCT SELECT DISTINCT model, version FROM model_rule
UNION DISTINCT SELECT DISTINCT model, version FROM model_member_top
UNION DISTINCT SELECT DISTINCT model, version FROM model_popular
UNION DISTINCT SELECT DISTINCT model, version FROM push_list
