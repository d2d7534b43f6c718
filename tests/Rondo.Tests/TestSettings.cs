// The tests that start programs wait most of their time; signals and exit codes are per process, so nothing is shared.
[assembly: Parallelize(Scope = ExecutionScope.MethodLevel, Workers = 2)]
