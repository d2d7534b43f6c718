// One browser for all; two pages at once are enough for two processors.
[assembly: Parallelize(Workers = 2, Scope = ExecutionScope.MethodLevel)]
