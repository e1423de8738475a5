"""A simple temporal problem, and all its minimal unsatisfiable subsets.

The variables are times in whole seconds. Each constraint bounds the difference of two times and
carries the set of clauses that support it, as bits. The subpackage checks whether a set of
clauses is satisfiable, finds the earliest and latest times that it allows, and lists every
minimal unsatisfiable subset. It is exact and has no notion of a railway.

References
----------
Dechter, Meiri and Pearl (1991), "Temporal constraint networks". Liffiton and Sakallah
(2008), "Algorithms for computing minimal unsatisfiable subsets of constraints".
"""
