"""A simple temporal problem, and all its minimal unsatisfiable subsets.

The variables are times in whole seconds. Each constraint bounds the difference of two of
them and carries the set of clauses that support it, as bits. The room finds the earliest and
latest times that a chosen set of clauses allows, whether it can be satisfied at all, and
every smallest set that cannot. It is exact and knows nothing of trains.

References
----------
Dechter, Meiri and Pearl (1991), "Temporal constraint networks". Liffiton and Sakallah
(2008), "Algorithms for computing minimal unsatisfiable subsets of constraints".
"""
